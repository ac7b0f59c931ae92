import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import type { DoubleOptions } from './double/options.ts'
import { launch, leaveVault } from './launch.ts'
import type { Launched } from './launch.ts'
import { ask, signIn, startServers } from './servers.ts'

/** A `busctl` that says whether there is a host for tray icons, as the file beside it does. */
let programs: string
const hostAnswers = (yes: boolean): void => writeFileSync(join(programs, 'answer'), yes ? 'b true' : 'b false')
beforeAll(async () => {
  await ensureBuilt()
  programs = mkdtempSync(join(tmpdir(), 'hestami-programs-'))
  writeFileSync(join(programs, 'busctl'), `#!/bin/sh\nread -r line < ${join(programs, 'answer')}\necho "$line"\n`)
  chmodSync(join(programs, 'busctl'), 0o755)
  hostAnswers(true)
})
afterAll(() => rmSync(programs, { recursive: true, force: true }))

type Given = Partial<DoubleOptions> & { env?: Record<string, string>; settings?: object }

/** A running app whose window is to be seen. */
async function shown(given: Given, work: (run: Launched) => Promise<void>): Promise<void> {
  const { settings, env, ...options } = given
  const run = await launch({ ...options, env: { PATH: programs, ...env } })
  try {
    await run.does.opened()
    await run.does.readyToShow()
    if (settings !== undefined) await run.does.invoke('page', 'settings.set', settings)
    await work(run)
  } finally {
    await run.close()
  }
}
const calls = async (run: Launched): Promise<string[]> => (await run.does.record()).windows[0]!.calls
const isRunning = async (run: Launched): Promise<boolean> => !(await run.does.record()).app.includes('quit')
const trays = async (run: Launched): Promise<{ destroyed: boolean }[]> => (await run.does.record()).trays

describe('the ✕ on Windows', () => {
  test('asks once, and quits when that is meant', async () => {
    await shown({ platform: 'win32' }, async (run) => {
      await run.does.closeWindow()
      const { code, record } = await run.exited
      expect(code).toBe(0)
      expect(record?.boxes).toMatchObject([
        {
          message: expect.stringContaining('Quit'),
          buttons: ['Quit', 'Keep running', 'Cancel'],
          defaultId: 0,
          cancelId: 2,
        },
      ])
    })
  })
  test('asks once, and keeps running from then on when that is meant', async () => {
    await shown({ platform: 'win32' }, async (run) => {
      await run.does.answerNextBox(1)
      await run.does.closeWindow()
      await expect.poll(async () => (await calls(run)).at(-1)).toBe('hide')
      expect(await run.does.invoke('page', 'settings.get', undefined)).toMatchObject({
        value: { closeAction: 'keep-running', trayIcon: false },
      })
      // What is hidden can be had back by an icon, though none is wanted otherwise.
      expect(await trays(run)).toMatchObject([{ destroyed: false }])
      await run.does.clickTray()
      expect((await calls(run)).slice(-2)).toEqual(['show', 'focus'])
      expect(await trays(run)).toMatchObject([{ destroyed: true }])
      await run.does.closeWindow()
      await expect.poll(async () => (await calls(run)).at(-1)).toBe('hide')
      expect((await run.does.record()).boxes).toHaveLength(1)
      expect(await isRunning(run)).toBe(true)
    })
  })
  test('cancelled, nothing happens', async () => {
    await shown({ platform: 'win32' }, async (run) => {
      await run.does.answerNextBox(2)
      await run.does.closeWindow()
      await expect.poll(async () => (await run.does.record()).boxes.length).toBe(1)
      expect((await calls(run)).at(-1)).toBe('show')
      expect(await run.does.invoke('page', 'settings.get', undefined)).toMatchObject({ value: { closeAction: 'ask' } })
    })
  })
  test('quits without a word where the user decided so', async () => {
    await shown({ platform: 'win32', settings: { closeAction: 'quit' } }, async (run) => {
      await run.does.closeWindow()
      expect((await run.exited).record?.boxes).toEqual([])
    })
  })
  test('of an uninstaller, on a hidden window, quits', async () => {
    await shown({ platform: 'win32', settings: { closeAction: 'keep-running' } }, async (run) => {
      await run.does.closeWindow()
      await expect.poll(async () => (await calls(run)).at(-1)).toBe('hide')
      await run.does.closeWindow()
      expect((await run.exited).code).toBe(0)
    })
  })
})

describe('the ✕ on Linux', () => {
  test('hides where the desktop shows tray icons', async () => {
    hostAnswers(true)
    await shown({ settings: { closeAction: 'keep-running' } }, async (run) => {
      await run.does.closeWindow()
      await expect.poll(async () => (await calls(run)).at(-1)).toBe('hide')
      expect(await trays(run)).toMatchObject([{ destroyed: false }])
      await run.does.secondInstance({ args: [] })
      expect((await calls(run)).slice(-2)).toEqual(['show', 'focus'])
    })
  })
  test('is taken back when the desktop shows none any more, without taking the focus', async () => {
    hostAnswers(true)
    await shown({ settings: { closeAction: 'keep-running' }, speed: 100 }, async (run) => {
      await run.does.closeWindow()
      await expect.poll(async () => (await calls(run)).at(-1)).toBe('hide')
      hostAnswers(false)
      await expect.poll(async () => (await calls(run)).at(-1)).toBe('show inactive')
      expect(await trays(run)).toMatchObject([{ destroyed: true }])
      expect(await isRunning(run)).toBe(true)
    })
    hostAnswers(true)
  })
  test('quits where it does not, whatever was chosen, and offers no choice', async () => {
    hostAnswers(false)
    for (const closeAction of ['keep-running', 'ask'])
      await shown({ settings: { closeAction } }, async (run) => {
        await run.does.closeWindow()
        const { code, record } = await run.exited
        expect(code).toBe(0)
        expect(record?.boxes).toEqual([])
        expect(record?.windows[0]?.calls).not.toContain('hide')
      })
    hostAnswers(true)
  })
})

describe('the red button on macOS', () => {
  test('hides the window, and a click on the Dock brings it back', async () => {
    await shown({ platform: 'darwin' }, async (run) => {
      await run.does.closeWindow()
      expect((await calls(run)).at(-1)).toBe('hide')
      expect(await trays(run)).toEqual([])
      await run.does.activate(true)
      expect((await calls(run)).at(-1)).toBe('hide')
      await run.does.activate(false)
      expect((await calls(run)).slice(-2)).toEqual(['show', 'focus'])
      expect(await isRunning(run)).toBe(true)
    })
  })
  test('leaves the full screen first', async () => {
    await shown({ platform: 'darwin' }, async (run) => {
      await run.does.fullScreen()
      await run.does.closeWindow()
      expect((await calls(run)).at(-1)).toBe('full screen false')
      await expect.poll(async () => (await calls(run)).at(-1)).toBe('hide')
    })
  })
})

test('a minimised window goes into the tray where that is wanted', async () => {
  await shown({ platform: 'win32' }, async (run) => {
    await run.does.minimize()
    await run.does.invoke('page', 'settings.set', { minimizeToTray: true })
    expect((await calls(run)).at(-1)).toBe('minimize')
    await run.does.secondInstance({ args: [] })
    await run.does.minimize()
    await expect.poll(async () => (await calls(run)).at(-1)).toBe('hide')
    await run.does.clickTray()
    expect((await calls(run)).slice(-3)).toEqual(['restore', 'show', 'focus'])
  })
})

describe('whatever was chosen, quitting is not held up', () => {
  const keep = { closeAction: 'keep-running', minimizeToTray: true, trayIcon: true }
  test.each([
    ['by an update', 'win32', async (run: Launched) => (await run.does.beforeUpdate(), await run.does.closeWindow())],
    ['by logging off', 'win32', async (run: Launched) => await run.does.emitWindow('session-end')],
    ['by shutting down', 'darwin', async (run: Launched) => await run.does.shutDown()],
    ['by shutting down', 'linux', async (run: Launched) => await run.does.shutDown()],
    ['from the menu', 'win32', async (run: Launched) => await run.does.quit()],
  ] as const)('%s on %s', async (_name, platform, end) => {
    await shown({ platform, settings: keep }, async (run) => {
      const began = performance.now()
      void end(run).catch(() => undefined)
      const { code, record } = await run.exited
      expect(code).toBe(0)
      expect(performance.now() - began).toBeLessThan(1000)
      expect(record?.boxes).toEqual([])
      expect(record?.windows[0]?.calls).not.toContain('hide')
      // No icon stays behind.
      expect(record?.trays.every(({ destroyed }) => destroyed)).toBe(true)
    })
  })
  test.each(['SIGTERM', 'SIGHUP'] as const)('by %s', async (signal) => {
    await shown({ settings: keep }, async (run) => {
      run.signal(signal)
      const { code, record } = await run.exited
      expect(code).toBe(0)
      expect(record?.app).toContain('exit 0')
    })
  })
  test('the system is answered within a second, though the keychain never answers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hestami-electron-'))
    await leaveVault(join(folder, 'AppData/Local'))
    await shown({ platform: 'win32', keychain: 'silent', folder }, async (run) => {
      await run.does.keychainAsked()
      const began = performance.now()
      await run.does.emitWindow('session-end')
      expect((await run.exited).code).toBe(0)
      expect(performance.now() - began).toBeLessThan(1000)
    })
  })
})

describe('quitting during an answer', () => {
  let servers: Awaited<ReturnType<typeof startServers>>
  beforeAll(async () => {
    servers = await startServers()
    servers.librechat.script('a long one', {
      steps: [{ kind: 'text', text: 'word '.repeat(4000) }],
      deltasPerSecond: 50,
    })
  })
  afterAll(async () => await servers.close())

  /** An app in the middle of an answer. */
  const answering = async (
    style: 'post-stream' | 'resumable',
    work: (run: Launched) => Promise<void>,
  ): Promise<void> => {
    servers.librechat.setStyle(style)
    await shown({ platform: 'win32', env: servers.env }, async (run) => {
      await signIn(run)
      await ask(run, 'a long one')
      await expect
        .poll(async () => JSON.stringify(await run.does.invoke('page', 'chat.turns', undefined)), { timeout: 10_000 })
        .toContain('word word')
      await work(run)
    })
  }

  test('does not ask where the answer goes on at the server', async () => {
    await answering('resumable', async (run) => {
      await run.does.quit()
      const { code, record } = await run.exited
      expect(code).toBe(0)
      expect(record?.boxes).toEqual([])
    })
  })
  test('asks where the server ends it, and stays when that was not meant', async () => {
    await answering('post-stream', async (run) => {
      await run.does.answerNextBox(1)
      await run.does.quit()
      await expect
        .poll(async () => (await run.does.record()).boxes)
        .toMatchObject([{ message: expect.stringContaining('stops the answer'), defaultId: 1, cancelId: 1 }])
      expect((await run.does.record()).windows[0]?.destroyed).toBe(false)
      await run.does.answerNextBox(0)
      await run.does.quit()
      const { code, record } = await run.exited
      expect(code).toBe(0)
      expect(record?.boxes).toHaveLength(2)
    })
  })
  test('does not ask when the system shuts down', async () => {
    await answering('post-stream', async (run) => {
      await run.does.emitWindow('session-end')
      const { code, record } = await run.exited
      expect(code).toBe(0)
      expect(record?.boxes).toEqual([])
    })
  })
})
