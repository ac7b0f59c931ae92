import { getCACertificates } from 'node:tls'
import { app, powerMonitor, powerSaveBlocker, session, shell } from 'electron'
import type { Host, Log } from '../host.ts'
import type { Flavour } from '../flavour.ts'
import { createKeychain } from '../keychain/child-keychain.ts'
import { firstProxy, proxyList } from '../http/proxy-rules.ts'
import { utilityWorker } from './utility-worker.ts'

interface Deps {
  readonly flavour: Flavour
  readonly build: string
  readonly paths: Host['paths']
  /** The bundle that serves the keychain. */
  readonly keychainWorker: string
  /** In place of the system's. */
  readonly keychain: Host['keychain'] | null
  readonly window: Host['window']
  readonly quick: Host['quick']
  readonly updates: Host['updates']
  readonly replay: Host['replay']
  readonly log: Log
  readonly logFile: Host['logFile']
}

/** Electron as the app's host. To be called when Electron is ready. */
export function createElectronHost({ keychainWorker, keychain, ...given }: Deps): Host {
  let blocker: number | null = null
  return {
    kind: 'electron',
    name: app.getName(),
    version: app.getVersion(),
    network: {
      resolveProxy: async (url) => firstProxy(await session.defaultSession.resolveProxy(url)),
      proxies: async (url) => proxyList(await session.defaultSession.resolveProxy(url)),
      certificates: async () => await Promise.resolve(getCACertificates('system')),
    },
    keychain: keychain ?? createKeychain({ spawn: () => utilityWorker(keychainWorker, 'Keychain') }),
    shell: { openExternal: async (url) => await shell.openExternal(url) },
    power: {
      onResume: (listener) => {
        powerMonitor.on('resume', listener)
        return () => void powerMonitor.off('resume', listener)
      },
      keepAwake(on) {
        if (blocker !== null) powerSaveBlocker.stop(blocker)
        blocker = on ? powerSaveBlocker.start('prevent-app-suspension') : null
      },
    },
    quit: () => app.quit(),
    ...given,
  }
}
