import { spawn } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import type { DoubleOptions } from './double/options.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

const protocol = 'hestami-chat'
const link = (id: string): string => `${protocol}://open/conversation/${id}`
beforeAll(async () => await ensureBuilt())

/** What the window is asked to do, once it listens. */
const waiting = async (run: Launched): Promise<unknown> => {
  const answer = await run.does.invoke('page', 'app.ready', undefined)
  return (answer as { value: unknown }).value
}
const logOf = (run: Launched): string => readFileSync(join(run.folder, 'Hestami Chat/logs/app.log'), 'utf8')

async function started<T>(options: Partial<DoubleOptions>, work: (run: Launched) => Promise<T>): Promise<T> {
  const run = await launch(options)
  try {
    await run.does.opened()
    return await work(run)
  } finally {
    await run.close()
  }
}

describe('the first start', () => {
  test.each([
    ['nothing', [], []],
    ['a link behind --', ['--', link('abc-1')], [{ name: 'open-conversation', conversationId: 'abc-1' }]],
    ['the clipboard', ['--new-chat-from-clipboard'], [{ name: 'new-chat-with', text: 'from the clipboard' }]],
    [
      'a link with more behind it',
      [link('abc-1'), '--new-chat'],
      [{ name: 'open-conversation', conversationId: 'abc-1' }],
    ],
    ['two links', [link('a'), link('b')], []],
  ])('with %s', async (_name, argv, expected) => {
    const given = await started({ argv, clipboard: 'from the clipboard' }, async (run) => {
      await run.does.invoke('page', 'app.info', undefined)
      return await waiting(run)
    })
    expect(given).toEqual(expected)
  })

  test('of a developer has the app’s folder before its arguments', async () => {
    const debug = `hestami-chat-debug://open/conversation/x`
    const options = { packaged: false, argv: ['--inspect=0', '/work/app', debug] }
    expect(await started(options, waiting)).toEqual([{ name: 'open-conversation', conversationId: 'x' }])
  })

  test.each([
    ['beta', '1.0.0-beta.1', 'hestami-chat-beta', true],
    ['debug', '1.0.0-debug.1', 'hestami-chat-debug', true],
    ['another flavour’s', '1.0.0-beta.1', 'hestami-chat', false],
  ])('by the link of %s', async (_name, version, scheme, taken) => {
    const given = await started({ version, argv: [`${scheme}://open/conversation/x`] }, waiting)
    expect(given).toEqual(taken ? [{ name: 'open-conversation', conversationId: 'x' }] : [])
  })

  test('says in the log that a link was not taken, and not what it was', async () => {
    await started({ argv: [`${link('a')}?token=secret`] }, async (run) => {
      await expect.poll(() => logOf(run)).toContain('"launch.refused","why":"link"')
      expect(logOf(run)).not.toContain('secret')
    })
  })
})

describe('another start, while the app runs', () => {
  let run: Launched
  beforeAll(async () => {
    run = await launch({ clipboard: 'words' })
    await run.does.opened()
    await run.does.readyToShow()
    await waiting(run)
  })
  afterAll(async () => await run.close())
  let calls = 0
  let sent = 0
  beforeEach(async () => {
    const record = await run.does.record()
    calls = record.windows[0]!.calls.length
    sent = record.sent.length
  })
  const after = async (): Promise<{ calls: string[]; commands: unknown[] }> => {
    const record = await run.does.record()
    return {
      calls: record.windows[0]!.calls.slice(calls),
      commands: record.sent
        .slice(sent)
        .filter(([, name]) => name === 'app.command')
        .map(([, , command]) => command),
    }
  }

  test('hands over what it was started with, as it was typed', async () => {
    const second = await launch({ lock: false, argv: ['--', link('abc')] })
    const { record } = await second.exited
    await second.close()
    expect(record?.handedOver).toEqual({ args: ['--', link('abc')] })
  })
  test('brings the window to the front, on the desktop that the user is on', async () => {
    await run.does.secondInstance({ args: [] })
    expect(await after()).toEqual({ calls: ['show', 'focus'], commands: [] })
    expect((await run.does.record()).windows[0]?.workspaces.slice(-2)).toEqual([true, false])
  })
  test('opens the conversation of its link, behind the front window', async () => {
    await run.does.secondInstance({ args: [link('abc-1')] })
    const command = { name: 'open-conversation', conversationId: 'abc-1' }
    expect(await after()).toEqual({ calls: ['show', 'focus'], commands: [command] })
  })
  test('starts a new chat, also from the clipboard', async () => {
    await run.does.secondInstance({ args: ['--new-chat'] })
    await run.does.secondInstance({ args: ['--new-chat-from-clipboard'] })
    await expect
      .poll(async () => (await after()).commands)
      .toEqual([{ name: 'new-chat' }, { name: 'new-chat-with', text: 'words' }])
  })
  test.each([
    ['nothing', null],
    ['no list', { args: 'x' }],
    ['no text', { args: [1] }],
    ['switches of others', { args: ['--inspect', '--gpu-launcher=calc'] }],
    ['two links', { args: [link('a'), link('b')] }],
    ['a hash', { args: [`${link('a')}#x`] }],
    ['64 kB', { args: [link('x'.repeat(65_536))] }],
    ['verbs that there are not', { args: ['--sign-in', '--server=evil.example', '--send=hello'] }],
  ])('shows the window and does nothing else: %s', async (_name, data) => {
    await run.does.secondInstance(data)
    expect(await after()).toEqual({ calls: ['show', 'focus'], commands: [] })
  })
  test('by the system at login shows nothing', async () => {
    await run.does.secondInstance({ args: ['--hidden'] })
    expect(await after()).toEqual({ calls: [], commands: [] })
  })
  test('does not let what Chromium makes of the command line count', async () => {
    // The event's own arguments name a new chat.
    await run.does.secondInstance({ args: [] })
    expect((await after()).commands).toEqual([])
  })
})

describe('a start that finds the window gone', () => {
  test('makes another one, once it crashed', async () => {
    await started({}, async (run) => {
      await run.does.readyToShow()
      await run.does.crashAndStart({ args: [link('abc')] })
      const { windows, app } = await run.does.record()
      expect(windows).toHaveLength(2)
      expect(windows.map(({ destroyed }) => destroyed)).toEqual([true, false])
      expect(app).not.toContain('quit')
      expect(await waiting(run)).toEqual([{ name: 'open-conversation', conversationId: 'abc' }])
    })
  })
  test('makes another one when it does not show itself within three seconds', async () => {
    await started({ wedged: true, speed: 5 }, async (run) => {
      await expect.poll(async () => (await run.does.record()).windows.length, { timeout: 8000 }).toBeGreaterThan(1)
      const { windows } = await run.does.record()
      expect(windows.filter(({ destroyed }) => !destroyed)).toHaveLength(1)
      await expect.poll(() => logOf(run)).toContain('"window.wedged","state":"unseen"')
    })
  })
})

describe('macOS', () => {
  test('brings the link that starts the app before it is ready, and others later', async () => {
    await started({ platform: 'darwin', openUrlEarly: link('early') }, async (run) => {
      expect(await waiting(run)).toEqual([{ name: 'open-conversation', conversationId: 'early' }])
      await run.does.openUrl(link('later'))
      await run.does.openUrl(`${link('later')}?x`)
      await run.does.openUrl('hestami-chat-beta://open/conversation/x')
      const { sent } = await run.does.record()
      expect(sent.filter(([, name]) => name === 'app.command').map(([, , command]) => command)).toEqual([
        { name: 'open-conversation', conversationId: 'later' },
      ])
    })
  })
  test('brings the notification that starts the app', async () => {
    const given = await started({ platform: 'darwin', launchedBy: 'abc-1' }, waiting)
    expect(given).toEqual([{ name: 'open-conversation', conversationId: 'abc-1' }])
  })
})

describe('the scheme is registered', () => {
  test.each([
    ['win32', [['hestami-chat', expect.any(String), ['--']]]],
    ['darwin', [['hestami-chat']]],
    // The desktop entry does it.
    ['linux', []],
  ] as const)('on %s, with nothing that a link could add to', async (platform, expected) => {
    const { protocols } = await started({ platform }, async (run) => await run.does.record())
    expect(protocols).toEqual(expected)
  })
  test('not by a developer’s app', async () => {
    const { protocols } = await started(
      { platform: 'win32', packaged: false, argv: ['/work'] },
      async (run) => await run.does.record(),
    )
    expect(protocols).toEqual([])
  })
})

describe('the switches of a debugger', () => {
  test.each(['--inspect_brk=0', '--INSPECT=1', '-gpu-launcher=calc'])(
    '%s on the command line ends a packaged start before anything is touched',
    async (argument) => {
      const run = await launch({ argv: [link('abc'), argument] })
      const { code, record } = await run.exited
      expect(code).toBe(1)
      expect(record).toMatchObject({ windows: [], forks: [], handedOver: null })
      expect(record?.boxes).toHaveLength(1)
      await run.close()
    },
  )
})

describe('a lock that was left behind', () => {
  const withLock = async (target: string, work: (folder: string, lock: string) => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'hestami-electron-'))
    const lock = join(folder, 'Hestami Chat/SingletonLock')
    mkdirSync(join(folder, 'Hestami Chat'))
    symlinkSync(target, lock)
    try {
      await work(folder, lock)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  test('by a process that is dead is taken away', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => child.once('exit', resolve))
    await withLock(`${hostname()}-${child.pid}`, async (folder, lock) => {
      await started({ folder }, async (run) => {
        expect(lstatSync(lock, { throwIfNoEntry: false })).toBeUndefined()
        await expect.poll(() => logOf(run)).toContain('"app.stale-lock-removed"')
      })
    })
  })
  test('by another computer stays, and the person is told', async () => {
    await withLock('office-1234', async (folder, lock) => {
      const run = await launch({ folder, lock: false })
      const { code, record } = await run.exited
      expect(code).toBe(1)
      expect(record?.boxes).toMatchObject([{ content: expect.stringContaining('running on office') }])
      expect(record?.windows).toEqual([])
      expect(lstatSync(lock).isSymbolicLink()).toBe(true)
    })
  })
})
