import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron } from 'playwright-core'
import type { ElectronApplication, Page } from 'playwright-core'
import { findElectron } from '../../../dev/start/electron.ts'
import { startLocalStack } from '../../../dev/local-stack/stack.ts'
import { startBus } from '../../faults/harness/secret-service.ts'
import type { SecretService } from '../../faults/harness/secret-service.ts'
import type { Front } from '../../journeys/harness/three-journeys.ts'

const root = resolve(import.meta.dirname, '../../..')

/** The built app in the real Electron, unpackaged: a packaged one has the fuses off that Playwright needs. */
export interface ElectronFront extends Front {
  electron(): ElectronApplication
  readonly folder: string
}

/** Electron's executable. Throws when there is none: this suite is run on purpose, so skipping would hide that. */
export function electronPath(): string {
  const found = findElectron()
  if ('reason' in found) throw new Error(`Electron cannot be run here: ${found.reason}`)
  return found.path
}

/** A Secret Service of the tests' own on Linux; macOS and Windows have theirs. */
async function openKeyring(): Promise<SecretService | null> {
  if (process.platform !== 'linux') return null
  const bus = await startBus()
  await bus.startKeyring()
  return bus
}

export async function openElectron(): Promise<ElectronFront> {
  const executablePath = electronPath()
  const folder = mkdtempSync(join(tmpdir(), 'hestami-smoke-'))
  const [stack, bus] = await Promise.all([
    startLocalStack({
      folder: join(folder, 'stack'),
      style: 'resumable',
      librechat: { loginMax: 500, messageMax: 5000 },
    }),
    openKeyring(),
  ])
  let electron: ElectronApplication
  let page: Page

  const open = async (): Promise<void> => {
    electron = await _electron.launch({
      executablePath,
      args: [root, `--user-data-dir=${join(folder, 'profile')}`],
      cwd: root,
      env: {
        ...(process.env as Record<string, string>),
        ...bus?.env,
        HESTAMI_PLATFORM_URL: stack.platformOrigin,
        HESTAMI_LIBRECHAT_URL: stack.librechatOrigin,
      },
    })
    page = await electron.firstWindow()
    page.setDefaultTimeout(15_000)
  }
  await open()
  return {
    folder,
    electron: () => electron,
    page: () => page,
    demo: stack.demo,
    async restart() {
      await electron.close()
      await open()
    },
    async close() {
      await electron.close()
      await stack.close()
      await bus?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
