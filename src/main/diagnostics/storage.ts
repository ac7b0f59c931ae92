import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { NewerDatabase, openDatabase } from '../cache/database.ts'
import { pathOf } from '../cache/open.ts'
import type { Account } from '../session/session.ts'
import { codesOf } from './tcp.ts'
import { failed, ok, warning } from './step.ts'
import type { Note, Outcome } from './step.ts'

/** Bytes below which the next image or update may not fit. */
const littleSpace = 200 * 1024 * 1024
/** Bytes that are written and taken away again: more than a file system keeps beside its index. */
const probeBytes = 64 * 1024

/** Writes through to the disk, and takes it away again. */
async function writeProbe(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `check-${randomBytes(6).toString('hex')}.tmp`)
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(Buffer.alloc(probeBytes, 1))
    await file.sync()
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Opens the account's own cache once more beside the app, as it is, and closes it. */
function openCacheOnce(folder: string, account: Account | null): string {
  if (account === null) return 'none'
  if (account.cacheKey === null) return 'in-memory'
  const path = pathOf(folder, account.key)
  if (!existsSync(path)) return 'in-memory'
  try {
    openDatabase(path, account.cacheKey).close()
    return 'opens'
  } catch (thrown) {
    if (thrown instanceof NewerDatabase) return 'newer'
    throw thrown
  }
}

/** What the disk is asked; tests put a full one in its place. */
export interface Disk {
  readonly write: (folder: string) => Promise<void>
  readonly free: (folder: string) => Promise<number>
}
const realDisk: Disk = { write: writeProbe, free: freeBytes }

/** Whether the data folder can be written, has room, and the cache opens. */
export async function checkStorage(
  { folder, account, disk = realDisk }: { folder: string; account: Account | null; disk?: Disk },
  note: Note,
): Promise<Outcome> {
  const free = await disk.free(folder).catch(() => null)
  if (free !== null) note('free-space', free)
  try {
    await disk.write(folder)
    note('cache', openCacheOnce(folder, account))
  } catch (thrown) {
    const [code] = codesOf(thrown)
    if (code !== undefined) note('error', code)
    return failed(/^(ENOSPC|EDQUOT|SQLITE_FULL)/.test(code ?? '') ? 'disk-full' : 'storage-failed')
  }
  return free !== null && free < littleSpace ? warning('disk-full') : ok
}
