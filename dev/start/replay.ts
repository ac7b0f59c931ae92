import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/main/app.ts'
import { startReplay } from '../../src/main/debug/start-replay.ts'
import { forkWorker } from '../../src/main/keychain/fork-worker.ts'
import { createNodeHost } from '../browser-host/node-host.ts'
import { startBrowserHost } from '../browser-host/server.ts'

const root = join(import.meta.dirname, '../..')

interface Options {
  /** The support bundle. */
  readonly text: string
  readonly version: string
  /** 0: any free one. */
  readonly port: number
}

/** The app in the browser host, on servers that behave as a bundle says. Its files are gone when it closes. */
export async function openReplay({ text, version, port }: Options): Promise<{ url: string; close(): Promise<void> }> {
  const {
    config,
    keychain,
    close: closeServers,
  } = await startReplay(text, () => forkWorker(join(root, 'dev/replay/main.ts')))
  const data = mkdtempSync(join(tmpdir(), 'hestami-replay-'))
  const app = createApp(createNodeHost({ data, version, keychain }), config)
  const close = async (): Promise<void> => {
    await app.close()
    closeServers()
    rmSync(data, { recursive: true, force: true })
  }
  try {
    const served = await startBrowserHost(app, { port, root: join(root, 'out/renderer') })
    void app.start()
    return {
      url: served.url,
      async close() {
        await served.close()
        await close()
      },
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
