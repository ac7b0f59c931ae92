import { join } from 'node:path'
import { createApp } from '../../../src/main/app.ts'
import type { App } from '../../../src/main/app.ts'
import type { FlavourName } from '../../../src/main/flavour.ts'
import type { Keychain } from '../../../src/main/keychain/keychain.ts'
import type { Policy } from '../../../src/main/policy/policy.ts'
import { createNodeHost } from '../../../dev/browser-host/node-host.ts'
import { startBrowserHost } from '../../../dev/browser-host/server.ts'

export interface RunningApp {
  readonly app: App
  /** For one visit of a browser. */
  readonly url: string
  readonly opened: readonly string[]
  /** What the window asked for, newest last. */
  readonly calls: readonly { readonly route: string; readonly input: unknown }[]
  close(): Promise<void>
}

interface Options {
  readonly data: string
  readonly platformOrigin: string
  readonly librechatOrigin: string
  readonly keychain?: Keychain
  readonly parts?: Parameters<typeof createNodeHost>[0]['parts']
  readonly policy?: Policy
  readonly flavour?: FlavourName
}

/** The app in the browser host, as a user has it, with the window as it was built. */
export async function startApp({
  data,
  platformOrigin,
  librechatOrigin,
  keychain,
  parts = {},
  policy,
  flavour = 'debug',
}: Options): Promise<RunningApp> {
  const opened: string[] = []
  const host = createNodeHost({
    data,
    version: '0.0.0-test',
    flavour,
    ...(keychain === undefined ? {} : { keychain }),
    parts,
    openExternal: async (url) => {
      opened.push(url)
      await Promise.resolve()
    },
  })
  const app = createApp(host, { platformOrigin, librechatOrigin, ...(policy === undefined ? {} : { policy }) })
  const calls: { route: string; input: unknown }[] = []
  const watched: App = {
    ...app,
    async dispatch(route, input) {
      calls.push({ route, input })
      return await app.dispatch(route, input)
    },
  }
  const served = await startBrowserHost(watched, { port: 0, root: join(import.meta.dirname, '../../../out/renderer') })
  void app.start()
  return {
    app,
    url: served.url,
    opened,
    calls,
    async close() {
      await served.close()
      await app.close()
    },
  }
}
