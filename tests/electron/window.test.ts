import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import { launch, leaveVault } from './launch.ts'
import type { Launched } from './launch.ts'

const style = readFileSync(join(import.meta.dirname, '../../src/renderer/ui/base.css'), 'utf8')
const [light, dark] = [...style.matchAll(/--ground: (#[0-9a-f]{6});/g)].map((found) => found[1])

let shared: Launched
let folder: string
beforeAll(async () => {
  await ensureBuilt()
  folder = await mkdtemp(join(tmpdir(), 'hestami-electron-'))
  await leaveVault(folder)
  shared = await launch({ folder })
  await shared.does.opened()
})
afterAll(async () => {
  await shared.close()
  await rm(folder, { recursive: true, force: true })
})

describe('start', () => {
  test('registers the app scheme before ready, with no privilege that weakens the page', async () => {
    const { schemes, sandboxed } = await shared.does.record()
    expect(sandboxed).toBe(true)
    expect(schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }])
  })

  test('opens one window, locked down, from the app scheme', async () => {
    const { windows } = await shared.does.record()
    expect(windows).toHaveLength(1)
    const { options, url } = windows[0]!
    expect(url).toBe('app://bundle/index.html')
    const { preload, ...preferences } = options.webPreferences as Record<string, unknown>
    expect(preferences).toEqual({
      session: 'window',
      devTools: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: true,
    })
    expect(existsSync(String(preload))).toBe(true)
    expect(existsSync(String(options.icon))).toBe(true)
    expect(options).toMatchObject({ show: false, minWidth: 380, minHeight: 480, backgroundColor: light })
  })

  test('is shown when the page is ready, not before', async () => {
    expect((await shared.does.record()).windows[0]?.calls).toEqual([])
    await shared.does.readyToShow()
    expect((await shared.does.record()).windows[0]?.calls).toEqual(['show'])
  })

  test('takes the lock of the folder of its channel, which is its owner’s alone', async () => {
    const folder = join(shared.folder, 'Hestami Chat')
    expect((await shared.does.record()).app[0]).toBe(`lock ${folder}`)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700)
  })

  test('asks the keychain in the process of its own bundle', async () => {
    await shared.does.keychainAsked()
    const { forks } = await shared.does.record()
    expect(forks).toHaveLength(1)
    expect(forks[0]?.path).toMatch(/out[\\/]main[\\/]keychain-worker\.js$/)
    expect(existsSync(forks[0]!.path)).toBe(true)
    expect(forks[0]?.received).toMatchObject([{ op: 'get', service: 'com.hestami.chat.production' }])
    const session = async (): Promise<unknown> => await shared.does.invoke('page', 'session.get', undefined)
    await expect.poll(session).toMatchObject({ value: { phase: 'locked' } })
  })

  test('unpackaged it has developer tools, and a folder of its own', async () => {
    const debug = await launch({ packaged: false, dark: true })
    try {
      await debug.does.opened()
      const { windows, app } = await debug.does.record()
      expect(windows[0]?.options.webPreferences).toMatchObject({
        devTools: true,
        sandbox: true,
        contextIsolation: true,
      })
      expect(windows[0]?.options.backgroundColor).toBe(dark)
      expect(app[0]).toBe(`lock ${join(debug.folder, 'Hestami Chat Debug')}`)
    } finally {
      await debug.close()
    }
  })
})

describe('one instance', () => {
  test('a second start brings the window to the front', async () => {
    await shared.does.minimize()
    await shared.does.emitApp('second-instance')
    const { windows } = await shared.does.record()
    expect(windows).toHaveLength(1)
    expect(windows[0]?.calls.slice(-3)).toEqual(['restore', 'show', 'focus'])
  })

  test('without the lock it ends at once and touches nothing', async () => {
    const second = await launch({ lock: false })
    try {
      const { code, record } = await second.exited
      expect(code).toBe(0)
      expect(record).toMatchObject({ windows: [], forks: [], channels: [], boxes: [] })
      expect(existsSync(join(second.folder, 'Hestami Chat', 'logs', 'app.log'))).toBe(false)
    } finally {
      await second.close()
    }
  })
})

describe('the window', () => {
  test('follows the theme of the system and of the settings', async () => {
    expect(light).not.toBe(dark)
    await shared.does.setDark(true)
    expect((await shared.does.record()).windows[0]?.backgrounds.at(-1)).toBe(dark)
    await shared.does.invoke('page', 'settings.set', { theme: 'light' })
    const { windows, themeSources, sent } = await shared.does.record()
    expect(themeSources).toEqual(['system', 'light'])
    expect(windows[0]?.backgrounds.at(-1)).toBe(light)
    expect(sent.at(-1)).toMatchObject(['hestami:event', 'settings.changed', { theme: 'light' }])
  })

  test('hears of waking up: the session, and who reads the policies', async () => {
    expect(await shared.does.resumeListeners()).toBe(2)
  })
})

describe('the end', () => {
  test('closing the window keeps its place, closes the app and ends the process', async () => {
    const run = await launch({ folder })
    await run.does.keychainAsked()
    await run.does.closeWindow()
    const { code, record } = await run.exited
    expect(code).toBe(0)
    expect(record?.app.slice(-2)).toEqual(['quit', 'exit 0'])
    expect(record?.forks[0]?.killed).toBe(true)
    expect(await readFile(join(folder, 'Hestami Chat/logs/app.log'), 'utf8')).toContain('"app.quit","outcome":"closed"')
    expect(run.output()).toBe('')
  })

  test('neither a keychain that never answers nor a place that cannot be kept hold quitting up', async () => {
    await rm(join(folder, 'Hestami Chat/window.json'))
    await mkdir(join(folder, 'Hestami Chat/window.json'))
    const run = await launch({ folder, keychain: 'silent' })
    try {
      await run.does.keychainAsked()
      const began = performance.now()
      await run.does.quit()
      const { code, record } = await run.exited
      expect(code).toBe(0)
      expect(record?.forks[0]?.killed).toBe(true)
      expect(performance.now() - began).toBeLessThan(5_500)
      const log = await readFile(join(folder, 'Hestami Chat/logs/app.log'), 'utf8')
      expect(log).toContain('"window.place-not-kept","code":"EISDIR"')
    } finally {
      await run.close()
    }
  })
})

describe('what a packaged app does not start with', () => {
  test.each(['remote-debugging-port', 'inspect-brk', 'no-sandbox', 'proxy-server', 'js-flags'])(
    '--%s',
    async (name) => {
      const run = await launch({ switches: [name] })
      try {
        const { code, record } = await run.exited
        expect(code).toBe(1)
        expect(record?.windows).toEqual([])
        expect(record?.boxes).toMatchObject([{ content: expect.stringContaining(`--${name}`) }])
      } finally {
        await run.close()
      }
    },
  )

  test('a server address that is not safe', async () => {
    const run = await launch({ env: { HESTAMI_PLATFORM_URL: 'http://platform.example' } })
    try {
      const { code, record } = await run.exited
      expect(code).toBe(1)
      expect(record?.windows).toEqual([])
      expect(record?.boxes).toMatchObject([{ content: expect.stringContaining('HESTAMI_PLATFORM_URL') }])
    } finally {
      await run.close()
    }
  })
})
