import type { Log } from '../host.ts'
import type { Installer } from './install-types.ts'
import type { RecordStore } from './record.ts'
import { lastGood, takeBack, trialStarts } from './trial.ts'
import { UpdateFault } from './update-fault.ts'
import type { UpdateHost } from './update-host.ts'

/** Milliseconds that a start has to prove itself. */
const proofTime = 60_000

/** The proof that this version works here: the window is painted, the storage open, and it is known who is signed in. */
export interface Health {
  begin(): void
  /** The window is painted and listens. */
  painted(): void
  /** Something that it depends on may have changed. */
  look(): void
  proven(): boolean
  close(): void
}

interface Deps {
  readonly host: UpdateHost
  readonly installer: Installer
  readonly record: RecordStore
  readonly version: string
  readonly sessionKnown: () => boolean
  readonly storageOpen: () => boolean
  /** Proven, or its time is over: from now on updates may be looked for. A version that does not work needs one most. */
  readonly onSettled: () => void
  readonly log: Log
  readonly patience?: number
}

export function createHealth(deps: Deps): Health {
  const { host, installer, record, version, sessionKnown, storageOpen, onSettled, log, patience = proofTime } = deps
  let timer: NodeJS.Timeout | undefined
  let window = false
  let state: 'open' | 'proven' | 'overdue' = 'open'

  const facts = (): { window: boolean; session: boolean; storage: boolean } => ({
    // A start at login may have no window at all.
    window: window || !host.hasWindow(),
    session: sessionKnown(),
    storage: storageOpen(),
  })
  const look = (): void => {
    const { window, session, storage } = facts()
    if (state === 'proven' || !window || !session || !storage) return
    clearTimeout(timer)
    const late = state === 'overdue'
    state = 'proven'
    if (record.get().trial !== null) {
      record.set({ trial: null })
      log({ level: 'info', event: 'updates.proved', fields: { version, late } })
    }
    installer.proved().catch((thrown: unknown) => {
      const reason = thrown instanceof UpdateFault ? thrown.reason : 'disk'
      log({ level: 'warn', event: 'updates.not-tidied', fields: { reason } })
    })
    if (!late) onSettled()
  }
  const goBack = async (to: string): Promise<void> => {
    record.set({ returning: { from: version, to, tries: 1 } })
    try {
      await installer.goBack()
      log({ level: 'error', event: 'updates.returning', fields: { from: version, to } })
      host.quit()
    } catch (thrown) {
      const reason = thrown instanceof UpdateFault ? thrown.reason : 'disk'
      log({ level: 'error', event: 'updates.not-returned', fields: { from: version, to, reason } })
      record.set({ returning: null })
      onSettled()
    }
  }
  const overdue = (): void => {
    const { trial } = record.get()
    state = 'overdue'
    log({ level: 'warn', event: 'updates.not-proved', fields: { ...facts(), trial: trial !== null } })
    const to = lastGood(record.get(), version)
    // With nothing on the screen there is nothing that anybody could lose. Else the next start goes back.
    if (trial !== null && trial.starts >= trialStarts && !facts().window && to !== null) void goBack(to)
    else onSettled()
  }

  return {
    begin() {
      timer = setTimeout(overdue, patience)
      timer.unref()
      look()
    },
    painted() {
      window = true
      look()
    },
    look,
    proven: () => state === 'proven',
    close() {
      clearTimeout(timer)
      if (state === 'open' && record.get().trial !== null) record.set(takeBack(record.get()))
    },
  }
}
