import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPerson } from '../../journeys/harness/person.ts'
import { electronPath, openElectron } from './electron-front.ts'
import type { ElectronFront } from './electron-front.ts'

const root = resolve(import.meta.dirname, '../../..')
let front: ElectronFront
let opened: ElectronFront | null = null
beforeAll(async () => {
  opened = await openElectron()
  front = opened
})
afterAll(async () => await opened?.close())

/** Starts the app a second time on the same profile; resolves with its exit code. */
async function startAgain(...args: string[]): Promise<number | null> {
  const child = spawn(electronPath(), [root, `--user-data-dir=${join(front.folder, 'profile')}`, ...args], {
    stdio: 'ignore',
    env: { ...process.env, HESTAMI_PLATFORM_URL: 'http://127.0.0.1:9', HESTAMI_LIBRECHAT_URL: 'http://127.0.0.1:9' },
  })
  return await new Promise((done) => child.once('exit', (code) => done(code)))
}

describe('the window', () => {
  test('is the app’s own page, sandboxed, with the bridge and nothing of Node', async () => {
    expect(front.page().url()).toBe('app://bundle/index.html')
    const seen = await front.page().evaluate(() => ({
      bridge: typeof (globalThis as { hestami?: unknown }).hestami,
      node: typeof (globalThis as { require?: unknown }).require,
      process: typeof (globalThis as { process?: unknown }).process,
    }))
    expect(seen).toEqual({ bridge: 'object', node: 'undefined', process: 'undefined' })
  })

  test('reaches no network, opens no window and goes nowhere', async () => {
    const page = front.page()
    const fetched = await page.evaluate(
      async () =>
        await fetch('https://example.com').then(
          () => 'answered',
          () => 'refused',
        ),
    )
    expect(fetched).toBe('refused')
    expect(await page.evaluate(() => window.open('https://example.com') === null)).toBe(true)
    await page.evaluate(() => location.assign('https://example.com'))
    await expect.poll(() => page.url()).toBe('app://bundle/index.html')
    expect(front.electron().windows()).toHaveLength(1)
  })

  test('keeps nothing of Chromium’s on disk', async () => {
    const stored = await front.page().evaluate(() => {
      try {
        return localStorage.length
      } catch {
        return 0
      }
    })
    expect(stored).toBe(0)
  })
})

describe('the system around it', () => {
  test('has an application menu with the standard entries', async () => {
    const roles = await front.electron().evaluate(({ Menu }) => {
      const found: string[] = []
      const walk = (items: readonly Electron.MenuItem[]): void => {
        for (const item of items) {
          found.push(item.role ?? item.label)
          if (item.submenu) walk(item.submenu.items)
        }
      }
      walk(Menu.getApplicationMenu()?.items ?? [])
      return found.map((entry) => entry.toLowerCase())
    })
    for (const role of ['undo', 'copy', 'paste', 'selectall', 'togglefullscreen']) expect(roles).toContain(role)
  })

  test('a second start ends at once, and the first comes to the front', async () => {
    await front.electron().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
    expect(await startAgain()).toBe(0)
    await expect
      .poll(
        async () =>
          await front.electron().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized()),
      )
      .toBe(false)
  })

  test('a link of the app’s own kind opens a conversation, another one nothing', async () => {
    await createPerson(front.page()).signIn(front.demo.email, front.demo.password)
    await createPerson(front.page()).messageBox.waitFor()
    expect(await startAgain('hestami-chat-debug://open/settings?token=x')).toBe(0)
    expect(await front.page().getByRole('alert').count()).toBe(0)
    expect(await startAgain('hestami-chat-debug://open/conversation/no-such-conversation')).toBe(0)
    await front
      .page()
      .getByText(/not there/i)
      .first()
      .waitFor()
  })

  test('the renderer’s crash is answered with a reload, and the draft is still there', async () => {
    await front.page().getByRole('button', { name: 'New chat' }).click()
    await createPerson(front.page()).write('Half a sentence')
    // The draft is saved a moment after the last key.
    await front.page().waitForTimeout(1000)
    await front.electron().evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer()
    })
    const text = async (): Promise<unknown> =>
      await front.electron().evaluate(async ({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        return (await contents?.executeJavaScript('document.querySelector("textarea")?.value')) as unknown
      })
    await expect.poll(text, { timeout: 20_000 }).toBe('Half a sentence')
  })

  test('writes the page as a PDF', async () => {
    const bytes = await front.electron().evaluate(async ({ BrowserWindow }) => {
      const pdf = await BrowserWindow.getAllWindows()[0]?.webContents.printToPDF({})
      return pdf === undefined ? '' : pdf.subarray(0, 5).toString('latin1')
    })
    expect(bytes).toBe('%PDF-')
  })

  test('everything is as large as the settings say', async () => {
    const zoom = async (size: number): Promise<void> => {
      await front.electron().evaluate(async ({ BrowserWindow }, value) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        await contents?.executeJavaScript(`hestami.settings.set({ zoom: ${value} })`)
      }, size)
    }
    const factor = async (): Promise<number | undefined> =>
      await front
        .electron()
        .evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor())
    await zoom(1.5)
    await expect.poll(factor).toBeCloseTo(1.5)
    await zoom(1)
    await expect.poll(factor).toBeCloseTo(1)
  })

  test('no dictionary is fetched from anywhere until a language is chosen', async () => {
    const failed = await front.electron().evaluate(
      async ({ session }) =>
        await new Promise<boolean>((resolve) => {
          const own = session.fromPartition('window')
          own.once('spellcheck-dictionary-download-success', () => resolve(false))
          own.once('spellcheck-dictionary-download-failure', () => resolve(true))
          own.setSpellCheckerLanguages(own.availableSpellCheckerLanguages.slice(0, 1))
          // macOS has its own dictionaries, Windows some.
          setTimeout(() => resolve(true), 5000)
        }),
    )
    expect(failed).toBe(true)
  })

  test('crash after crash leads to the safe screen, whose link leads back', async () => {
    const settled = async (): Promise<string> =>
      await front.electron().evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        return contents === undefined || contents.isCrashed() || contents.isLoading() ? '' : contents.getURL()
      })
    for (let count = 0; count < 4 && (await settled()) !== 'app://bundle/safe.html'; count++) {
      await front.electron().evaluate(({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer()
      })
      await expect.poll(settled, { timeout: 20_000 }).not.toBe('')
    }
    expect(await settled()).toBe('app://bundle/safe.html')
    await front.electron().evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      await contents?.executeJavaScript('document.querySelector("a[href]").click()', true)
    })
    await expect.poll(settled, { timeout: 20_000 }).toBe('app://bundle/index.html')
  })
})
