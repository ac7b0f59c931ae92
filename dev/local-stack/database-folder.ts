import { createHash } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** World-executable up to the root: what another system account needs to get to a folder. */
function isReachable(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (dirname(at) === at) return true
  }
}

/**
 * Where the stack's database lives: beside the rest, or in /var/lib for root working below a closed folder, because
 * PostgreSQL never runs as root and its own account has to get there. The same `folder` always gives the same answer.
 */
export function databaseFolder(folder: string): string {
  const wanted = join(resolve(folder), 'postgres')
  if (process.getuid?.() !== 0) return wanted
  mkdirSync(folder, { recursive: true })
  if (isReachable(resolve(folder))) return wanted
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 16)
  const shared = '/var/lib/hestami-chat-stack'
  mkdirSync(shared, { recursive: true, mode: 0o711 })
  return join(shared, name)
}
