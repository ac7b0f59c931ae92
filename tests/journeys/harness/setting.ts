import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { DoubleOptions } from '../../../dev/librechat-double/options.ts'
import { startLocalStack } from '../../../dev/local-stack/stack.ts'
import type { LocalStack } from '../../../dev/local-stack/stack.ts'
import type { Keychain } from '../../../src/main/keychain/keychain.ts'
import type { Policy } from '../../../src/main/policy/policy.ts'
import { launchBrowser, watchErrors } from './browser.ts'
import { createPerson } from './person.ts'
import type { Person } from './person.ts'
import { startApp } from './running-app.ts'
import type { RunningApp } from './running-app.ts'

/** A person in front of the app, with both servers behind it. */
export interface Setting {
  readonly folder: string
  readonly stack: LocalStack
  readonly browser: Browser
  app(): RunningApp
  page(): Page
  me(): Person
  readonly errors: string[]
  /** Closes the app and its window and opens both again. `keychain` replaces the one before. */
  restart(keychain?: Keychain): Promise<void>
  close(): Promise<void>
}

interface Options {
  readonly style?: DoubleOptions['style']
  readonly librechat?: Partial<DoubleOptions>
  readonly platform?: { readonly accessSeconds?: number; readonly refreshSeconds?: number }
  readonly keychain?: Keychain
  readonly parts?: Parameters<typeof startApp>[0]['parts']
  readonly policy?: Policy
  readonly viewport?: { readonly width: number; readonly height: number }
}

export async function openSetting(options: Options = {}): Promise<Setting> {
  const { style = 'resumable', librechat, platform, parts = {}, viewport = { width: 1280, height: 800 } } = options
  const folder = mkdtempSync(join(tmpdir(), 'hestami-journey-'))
  const [stack, browser] = await Promise.all([
    startLocalStack({
      folder: join(folder, 'stack'),
      style,
      librechat: { loginMax: 500, messageMax: 5000, ...librechat },
      ...(platform === undefined ? {} : { platform }),
    }),
    launchBrowser(),
  ])
  const errors: string[] = []
  let keychain = options.keychain
  let app: RunningApp
  let context: BrowserContext
  let page: Page

  const open = async (): Promise<void> => {
    app = await startApp({
      ...stack,
      data: join(folder, 'app'),
      parts,
      ...(options.policy === undefined ? {} : { policy: options.policy }),
      ...(keychain === undefined ? {} : { keychain }),
    })
    context = await browser.newContext({ viewport, permissions: ['clipboard-read', 'clipboard-write'] })
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
    watchErrors(page, errors)
    await page.goto(app.url)
  }
  const shut = async (): Promise<void> => {
    await context.close()
    await app.close()
  }
  await open()
  return {
    folder,
    stack,
    browser,
    app: () => app,
    page: () => page,
    me: () => createPerson(page),
    errors,
    async restart(next) {
      await shut()
      keychain = next ?? keychain
      await open()
    },
    async close() {
      await shut()
      await browser.close()
      await stack.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
