import type { Session, WebContents } from 'electron'
import type { Log } from '../host.ts'
import { appOrigin, entryUrl, quickUrl } from './app-scheme.ts'

/** The copy buttons need it; writing plain text needs a click in Chromium. Nothing else is ever granted. */
const granted = 'clipboard-sanitized-write'

/** What a window may load again. */
const pages: ReadonlySet<string> = new Set([entryUrl, quickUrl])

const isOwn = (url: string): boolean => url === appOrigin || url.startsWith(`${appOrigin}/`)

/** What the window may request at all: its own origin and what it made itself. No network, not even with a hole in the CSP. */
const isLocal = (url: string, devTools: boolean): boolean =>
  isOwn(url) ||
  url.startsWith(`blob:${appOrigin}/`) ||
  url.startsWith('data:') ||
  (devTools && url.startsWith('devtools://'))

export function guardSession(session: Session, { log, devTools }: { log: Log; devTools: boolean }): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) => {
    const allowed = permission === granted && isOwn(details.requestingUrl)
    if (!allowed) log({ level: 'warn', event: 'window.permission-refused', fields: { permission } })
    decide(allowed)
  })
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === granted && isOwn(origin))
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, decide) => decide(null))
  session.webRequest.onBeforeRequest((details, decide) => {
    const cancel = !isLocal(details.url, devTools)
    if (cancel) log({ level: 'warn', event: 'window.request-refused', fields: { type: details.resourceType } })
    decide({ cancel })
  })
}

/** For every web contents there will ever be. Links to elsewhere go through the app's own route, never through here. */
export function guardContents(contents: WebContents, { log }: { log: Log }): void {
  const refuse = (what: string): void => log({ level: 'warn', event: 'window.navigation-refused', fields: { what } })

  contents.on('will-navigate', (details) => {
    if (details.isMainFrame && pages.has(details.url)) return
    details.preventDefault()
    refuse('navigate')
  })
  contents.on('will-frame-navigate', (details) => {
    if (details.isMainFrame && pages.has(details.url)) return
    details.preventDefault()
    refuse('frame')
  })
  contents.on('will-redirect', (details) => {
    details.preventDefault()
    refuse('redirect')
  })
  contents.on('will-attach-webview', (event) => {
    event.preventDefault()
    refuse('webview')
  })
  contents.setWindowOpenHandler(() => {
    refuse('open')
    return { action: 'deny' }
  })
}
