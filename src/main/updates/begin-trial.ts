import type { Log } from '../host.ts'
import { createInstaller } from './installer.ts'
import { openRecord, updatesFolder } from './record.ts'
import { judgeStart } from './trial.ts'
import { UpdateFault } from './update-fault.ts'
import type { UpdateHost } from './update-host.ts'

interface Deps {
  readonly host: UpdateHost
  readonly version: string
  /** The app's data folder. */
  readonly data: string
  readonly log: Log
}

/**
 * The first thing that a start does, once no other of this app runs: counts the start of a version that has still to prove itself,
 * so that a start that ends badly is remembered. `returning`: this version had its chances; the one before is back in its place and
 * starts when this process ends, which it must do now. Never rejects.
 */
export async function beginTrial({ host, version, data, log }: Deps): Promise<'start' | 'returning'> {
  const { support, build } = host
  if (support.kind === 'off') return 'start'
  const folder = updatesFolder(data)
  const record = openRecord(folder, log)
  const { patch, action } = judgeStart(record.get(), version, build.downloadPage)
  record.set(patch)
  if (action === 'start') return 'start'
  const to = record.get().returning?.to ?? ''
  try {
    await createInstaller({ host, version, folder, record }).goBack()
    log({ level: 'error', event: 'updates.returning', fields: { from: version, to } })
    return 'returning'
  } catch (thrown) {
    const reason = thrown instanceof UpdateFault ? thrown.reason : 'disk'
    log({ level: 'error', event: 'updates.not-returned', fields: { from: version, to, reason } })
    record.set({ returning: null, trial: null, outcome: { kind: 'unhealthy', version, url: build.downloadPage } })
    return 'start'
  }
}
