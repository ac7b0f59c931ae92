import { execFile } from 'node:child_process'
import { chmod, chown, lstat, readdir, stat } from 'node:fs/promises'
import { dirname, join, parse } from 'node:path'
import { promisify } from 'node:util'

/** The system account that the server runs under; null: the one that this process runs under. */
export type Account = { readonly uid: number; readonly gid: number } | null

const run = promisify(execFile)
const accountName = 'postgres'

/** PostgreSQL refuses to run as root: root gets the account `postgres`, made when there is none. */
export async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return null
  const known = await lookUp()
  if (known) return known
  await run('groupadd', ['--force', '--system', accountName])
  await run('useradd', ['--system', '--no-create-home', '--gid', accountName, accountName])
  const made = await lookUp()
  if (!made) throw new Error(`the system account ${accountName} could not be made`)
  return made
}

async function lookUp(): Promise<Account> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', accountName]), run('id', ['-g', accountName])])
    return { uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) }
  } catch (error) {
    // `id` ends with 1 for a name that it does not know.
    if ((error as { code?: unknown }).code === 1) return null
    throw error
  }
}

/**
 * Lets the account pass through `folder`, and nobody else. Throws when a folder further up keeps it out: that one is the
 * caller's to choose.
 */
export async function grantPassage(folder: string, account: Account): Promise<void> {
  if (!account) return
  await chown(folder, 0, account.gid)
  await chmod(folder, 0o710)
  for (let up = folder; up !== parse(up).root; up = dirname(up)) {
    const { mode, uid, gid } = await stat(up)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0)
      throw new Error(`the system account ${accountName} cannot reach the database in ${folder}: ${up} keeps it out`)
  }
}

/** Hands a folder of an earlier run, with all that is in it, to the account. */
export async function giveAway(path: string, account: Account): Promise<void> {
  if (!account) return
  const info = await lstat(path)
  if (info.isSymbolicLink() || (info.uid === account.uid && info.gid === account.gid)) return
  await chown(path, account.uid, account.gid)
  if (info.isDirectory()) for (const name of await readdir(path)) await giveAway(join(path, name), account)
}
