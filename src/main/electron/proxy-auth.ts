import { app } from 'electron'
import type { App } from '../app.ts'

/**
 * What Chromium itself loads (updates, dictionaries) signs in to the proxy with what the user gave for it, once a request. A server
 * that asks gets nothing.
 */
export function answerProxies(hosted: Pick<App, 'proxies'>): void {
  app.on('login', (event, _contents, { firstAuthAttempt }, { isProxy, host, port, scheme }, answer) => {
    const user = isProxy && scheme.toLowerCase() === 'basic' ? hosted.proxies.userOf(`${host}:${port}`) : null
    if (user === null || !firstAuthAttempt) return
    event.preventDefault()
    answer(user.username, user.password)
  })
}
