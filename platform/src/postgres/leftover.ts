import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { endProcess, inspectProcess, isAlive } from './processes.ts'

/** A server setting that says, in the list of processes, which process runs the server. */
export const ownerSetting = (pid: number): string => `cluster_name=hestami-${pid}`

/**
 * Clears what an earlier run left in a database folder, so that a server can start in it:
 * - a `postmaster.pid` whose number now belongs to something else is removed (PostgreSQL would refuse to start; one whose
 *   process is gone it clears itself, after checking that no shared memory is in use any more);
 * - a server that outlived the process that started it is shut down.
 * Throws when the folder is in use by a living process. On Windows all is left to PostgreSQL.
 */
export async function clearLeftover(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  const pid = await firstNumber(file)
  if (pid === null || !isAlive(pid) || process.platform === 'win32') return
  const info = await inspectProcess(pid)
  const says = (argument: string): boolean => ` ${info?.command} `.includes(` ${argument} `)
  if (!info || !says(`-D ${data}`)) {
    await rm(file, { force: true })
    return
  }
  if (says(ownerSetting(info.parent)))
    throw new Error(`the database folder ${data} is in use by process ${info.parent}`)
  if (!(await endProcess(pid, ['SIGINT', 'SIGQUIT'], 10_000)))
    throw new Error(`a database server (process ${pid}) was left behind in ${data} and does not end`)
}

async function firstNumber(file: string): Promise<number | null> {
  try {
    const number = Number.parseInt(await readFile(file, 'utf8'), 10)
    return Number.isSafeInteger(number) && number > 0 ? number : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
