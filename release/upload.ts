import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** The order in which a feed's files may appear: what a channel file names is there before the channel file is. */
export const uploadOrder = (
  names: readonly string[],
): { readonly files: string[]; readonly channelFiles: string[] } => ({
  files: names.filter((name) => !name.endsWith('.yml')).sort(),
  channelFiles: names.filter((name) => name.endsWith('.yml')).sort(),
})

function toFolder(from: string, names: readonly string[], to: string): void {
  mkdirSync(to, { recursive: true })
  for (const name of names) {
    // Whoever downloads meanwhile gets the old file or the new one, never half of one.
    copyFileSync(join(from, name), join(to, `${name}.part`))
    renameSync(join(to, `${name}.part`), join(to, name))
  }
}

function overSsh(from: string, names: readonly string[], to: string): void {
  if (names.length === 0) return
  execFileSync(
    'rsync',
    ['--archive', '--partial', '--delay-updates', ...names.map((name) => join(from, name)), `${to}/`],
    {
      stdio: 'inherit',
    },
  )
}

/**
 * Copies `<feed>/<channel>/` to `<target>/<channel>/`, channel files last. `target`: an absolute folder, or `[user@]host:/path` for rsync
 * over SSH. Throws an Error when a step fails; what was uploaded before it does no harm.
 */
export function uploadFeed(feed: string, channel: string, target: string): void {
  const from = join(feed, channel)
  if (!existsSync(from)) throw new Error(`there is no feed of ${channel} in ${feed}`)
  const remote = /^[\w.@-]+:(?!\/\/)[\w./-]+$/.test(target)
  if (!remote && !isAbsolute(target)) throw new Error('the target is neither an absolute folder nor host:/path')
  const { files, channelFiles } = uploadOrder(readdirSync(from))
  const to = `${target.replace(/\/+$/, '')}/${channel}`
  for (const names of [files, channelFiles]) {
    if (remote) overSsh(from, names, to)
    else toFolder(from, names, to)
  }
}
