import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { flavours } from '../../src/main/flavour.ts'
import type { FlavourName } from '../../src/main/flavour.ts'
import type { Host } from '../../src/main/host.ts'
import { createKeychain } from '../../src/main/keychain/child-keychain.ts'
import { forkWorker } from '../../src/main/keychain/fork-worker.ts'
import type { Keychain } from '../../src/main/keychain/keychain.ts'
import { createLog, logOptions } from '../../src/main/support/log.ts'

const workerPath = join(import.meta.dirname, '../../src/main/keychain/worker.ts')

interface Options {
  readonly data: string
  readonly version: string
  /** Milliseconds that one keychain call may take. */
  readonly keychainTimeout?: number
  readonly keychain?: Keychain
  /** What opens a link; default: the system's own opener. */
  readonly openExternal?: (url: string) => Promise<void>
  /** Default: debug, as every build that is not packaged. */
  readonly flavour?: FlavourName
  /** What stands in for the parts that a browser does not have; with `kind` the window takes it for the desktop's. */
  readonly parts?: Partial<Pick<Host, 'kind' | 'network' | 'quick' | 'replay' | 'updates' | 'window'>>
}

/** Opens a web page with what the system has for it; false where there is nothing. */
export async function openInBrowser(url: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const child = spawn('xdg-open', [url], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
    child.unref()
  })
}

/** The Host port on plain Node, for the browser host. The keychain is the real one. */
export function createNodeHost(options: Options): Host {
  const { data, version, keychainTimeout, keychain, openExternal, flavour = 'debug', parts } = options
  const logs = join(data, 'logs')
  // Whoever starts the app reads what is printed: not the place for the whole log.
  const logFile = createLog(logs, { ...logOptions(flavours[flavour]), echo: undefined })
  return {
    kind: 'browser',
    name: 'Hestami Chat',
    version,
    flavour: flavours[flavour],
    build: 'development',
    paths: { data, logs },
    network: {
      resolveProxy: async () => await Promise.resolve(null),
      certificates: async () => await Promise.resolve(getCACertificates('system')),
    },
    keychain:
      keychain ??
      createKeychain({
        spawn: () => forkWorker(workerPath),
        ...(keychainTimeout === undefined ? {} : { timeout: keychainTimeout }),
      }),
    shell: {
      openExternal:
        openExternal ??
        (async (url) => {
          await openInBrowser(url)
        }),
    },
    power: { onResume: () => () => undefined, keepAwake: () => undefined },
    // The browser has its own window and print dialog, and no global shortcuts.
    window: {
      show: () => undefined,
      painted: () => undefined,
      savePdf: async () => await Promise.resolve('unavailable'),
    },
    quit: () => undefined,
    quick: null,
    updates: null,
    replay: null,
    log: logFile.log,
    logFile,
    ...parts,
  }
}
