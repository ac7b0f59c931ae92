import { lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Chromium's lock of a profile on Linux: a link to `<host>-<process id>`, beside a socket and a cookie. */
const lockName = 'SingletonLock'
const companions = ['SingletonSocket', 'SingletonCookie']

export interface LockHolder {
  readonly host: string
  readonly pid: number
}

/** Who holds the lock as its link says, or null when there is no lock of Chromium's making. */
export function lockHolder(folder: string): LockHolder | null {
  try {
    const found = /^(.+)-(\d{1,10})$/.exec(readlinkSync(join(folder, lockName)))
    return found === null ? null : { host: found[1]!, pid: Number(found[2]) }
  } catch {
    // Not there, or no link.
    return null
  }
}

/** Whether a process with this id runs here; one of another user counts. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

const isLink = (path: string): boolean => {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

/**
 * Takes away a lock that a process of this computer left that is no more: a crash or a power cut must not keep the app from starting.
 * Another computer's lock (a home folder on the network) and anything that is no link stay as they are. Never throws.
 */
export function clearStaleLock(
  folder: string,
  { host, alive = isRunning }: { host: string; alive?: (pid: number) => boolean },
): 'none' | 'held' | 'elsewhere' | 'removed' {
  const holder = lockHolder(folder)
  if (holder === null) return 'none'
  if (holder.host !== host) return 'elsewhere'
  if (holder.pid === process.pid || alive(holder.pid)) return 'held'
  const lock = join(folder, lockName)
  const aside = join(folder, `${lockName}.${process.pid}`)
  try {
    // Aside first: between the look and the removal another start may have taken the lock over.
    renameSync(lock, aside)
    const taken = readlinkSync(aside)
    rmSync(aside)
    if (taken !== `${holder.host}-${holder.pid}`) {
      symlinkSync(taken, lock)
      return 'held'
    }
    for (const name of companions) if (isLink(join(folder, name))) rmSync(join(folder, name))
    return 'removed'
  } catch {
    // Somebody else was quicker; Chromium decides who has the lock.
    return 'held'
  }
}

/** Why there is no second start to be heard: the lock is another computer's. Null when it is one of this computer. */
export function lockedElsewhere(folder: string, host: string): string | null {
  const holder = lockHolder(folder)
  return holder === null || holder.host === host ? null : holder.host
}
