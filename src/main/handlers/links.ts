import { Fault } from '../fault.ts'
import type { Host } from '../host.ts'

/** Milliseconds between two pages that the window may open. */
const pause = 1000
const protocols = new Set(['https:', 'http:', 'mailto:'])

/** `url` as it may be opened outside of the app, or null: web pages and mailboxes, and no names or passwords in them. */
function openable(url: string): URL | null {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const fine = parsed !== null && protocols.has(parsed.protocol) && parsed.username === '' && parsed.password === ''
  return fine ? parsed : null
}
export const isOpenable = (url: string): boolean => openable(url) !== null

/** Opens a link of an answer in the system's browser: what answers say is not to be trusted. Fault link-refused. */
export function createLinks(shell: Host['shell']): (url: string) => Promise<void> {
  let last = -Infinity
  return async (url) => {
    const parsed = openable(url)
    if (parsed === null || performance.now() - last < pause) throw new Fault({ code: 'link-refused' })
    last = performance.now()
    await shell.openExternal(parsed.href)
  }
}
