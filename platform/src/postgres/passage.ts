import { chmod, cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, parse, resolve } from 'node:path'
import type { Account } from './account.ts'
import type { PostgresBinaries } from './binaries.ts'

/** Where root keeps a copy for the account when it cannot get to the original; nobody else may write there. */
const copies = '/var/lib/hestami-platform'

/** Whether every account may pass through all folders down to `path`. */
export async function isOpenTo(path: string): Promise<boolean> {
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false
    if (at === parse(at).root) return true
  }
}

/**
 * The programs where `account` can run them: in place, or, when they lie below a closed folder (a project in /root), from a
 * copy that is made once per version.
 */
export async function reachable(
  binaries: PostgresBinaries,
  account: Account,
  folder = copies,
): Promise<PostgresBinaries> {
  if (!account || (await isOpenTo(binaries.postgres))) return binaries
  const native = resolve(dirname(binaries.postgres), '..')
  const { mtimeMs, size } = await stat(binaries.postgres)
  const copy = join(folder, `postgres-${Math.round(mtimeMs)}-${size}`)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  if (!(await stat(copy).catch(() => null))) {
    const making = await mkdtemp(`${copy}.`)
    await chmod(making, 0o755)
    await cp(native, making, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
    try {
      await rename(making, copy)
    } catch (error) {
      await rm(making, { recursive: true, force: true })
      // Another process was faster: its copy is as good.
      if (!(await stat(copy).catch(() => null))) throw error
    }
  }
  const at = (program: string): string => join(copy, 'bin', basename(program))
  return { postgres: at(binaries.postgres), initdb: at(binaries.initdb) }
}
