import { Fault } from '../fault.ts'
import type { Host } from '../host.ts'

/** Milliseconds between two pages that the window may open. */
const pause = 1000
const protocols = new Set(['https:', 'http:', 'mailto:'])

/** Opens a link of an answer in the system's browser: what answers say is not to be trusted. Fault link-refused. */
export function createLinks(shell: Host['shell']): (url: string) => Promise<void> {
  let last = -Infinity
  return async (url) => {
    const parsed = URL.canParse(url) ? new URL(url) : null
    const fine = parsed !== null && protocols.has(parsed.protocol) && parsed.username === '' && parsed.password === ''
    if (!fine || performance.now() - last < pause) throw new Fault({ code: 'link-refused' })
    last = performance.now()
    await shell.openExternal(parsed.href)
  }
}
