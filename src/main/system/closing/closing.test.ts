import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { asksBeforeQuitting, hidesMinimized, onClose, showsTray } from './close-rules.ts'
import { createClosing } from './closing.ts'
import type { Closing } from './closing.ts'

type CloseAction = 'ask' | 'quit' | 'keep-running'

describe('the rules', () => {
  test.each([
    ['darwin', 'ask', 'hide'],
    ['darwin', 'quit', 'hide'],
    ['darwin', 'keep-running', 'hide'],
    ['win32', 'ask', 'ask'],
    ['win32', 'quit', 'quit'],
    ['win32', 'keep-running', 'hide'],
    ['linux', 'ask', 'ask'],
    ['linux', 'quit', 'quit'],
    ['linux', 'keep-running', 'hide'],
  ] as const)('closing on %s with %s', (platform, closeAction, expected) => {
    expect(onClose({ platform, leaving: 'no', visible: true, closeAction })).toBe(expected)
    for (const leaving of ['person', 'update', 'system'] as const)
      expect(onClose({ platform, leaving, visible: true, closeAction })).toBe('close')
    // An uninstaller closes what nobody can see.
    expect(onClose({ platform, leaving: 'no', visible: false, closeAction })).toBe('quit')
  })
  test('only a person who would stop an answer is asked, and once', () => {
    expect(asksBeforeQuitting('no', false, 1)).toBe(true)
    expect(asksBeforeQuitting('no', false, 0)).toBe(false)
    expect(asksBeforeQuitting('no', true, 1)).toBe(false)
    for (const leaving of ['person', 'update', 'system'] as const)
      expect(asksBeforeQuitting(leaving, false, 3)).toBe(false)
  })
  test('the four switches are apart', () => {
    expect(hidesMinimized('win32', { minimizeToTray: true })).toBe(true)
    expect(hidesMinimized('linux', { minimizeToTray: false })).toBe(false)
    expect(hidesMinimized('darwin', { minimizeToTray: true })).toBe(false)
    expect(showsTray('win32', { trayIcon: true }, false)).toBe(true)
    expect(showsTray('win32', { trayIcon: false }, false)).toBe(false)
    expect(showsTray('linux', { trayIcon: false }, true)).toBe(true)
    expect(showsTray('darwin', { trayIcon: false }, true)).toBe(false)
  })
})

let done: string[]
let settings: { closeAction: CloseAction; minimizeToTray: boolean }
let hostAnswers: boolean
let stopped: number
let closeAnswer: Promise<'quit' | 'keep-running' | 'cancel'>
let stopAnswer: Promise<boolean>
let closing: Closing

const open = (platform: NodeJS.Platform): Closing => {
  closing = createClosing({
    platform,
    settings: () => settings,
    remember(closeAction) {
      done.push(`remember ${closeAction}`)
      settings = { ...settings, closeAction }
    },
    stoppedByQuit: () => stopped,
    trayHost: async () => await Promise.resolve(hostAnswers),
    window: { hide: () => void done.push('hide'), reveal: () => void done.push('reveal') },
    quit() {
      done.push('quit')
      if (closing.quitting()) done.push('quits')
    },
    askClose: async () => {
      done.push('ask close')
      return await closeAnswer
    },
    askStop: async (answers) => {
      done.push(`ask stop ${answers}`)
      return await stopAnswer
    },
    onHidden: (hidden) => void done.push(hidden ? 'tray' : 'no tray'),
    log: ({ event }) => void done.push(event),
  })
  return closing
}
const settled = async (): Promise<string[]> => {
  await vi.advanceTimersByTimeAsync(0)
  return done
}

beforeEach(() => {
  vi.useFakeTimers()
  done = []
  settings = { closeAction: 'ask', minimizeToTray: false }
  hostAnswers = true
  stopped = 0
  closeAnswer = Promise.resolve('cancel')
  stopAnswer = Promise.resolve(false)
})
afterEach(() => {
  closing?.close()
  vi.useRealTimers()
})

describe('the ✕', () => {
  test('asks once and remembers to quit', async () => {
    closeAnswer = Promise.resolve('quit')
    expect(open('win32').closing(true)).toBe(false)
    expect(await settled()).toEqual(['ask close', 'remember quit', 'quit', 'quits'])
    // The window closes on the way out.
    expect(closing.closing(true)).toBe(true)
    expect(settings.closeAction).toBe('quit')
  })
  test('asks once and remembers to keep running', async () => {
    closeAnswer = Promise.resolve('keep-running')
    expect(open('linux').closing(true)).toBe(false)
    expect(await settled()).toEqual(['ask close', 'remember keep-running', 'tray', 'hide'])
    closing.shown()
    expect(closing.closing(true)).toBe(false)
    expect((await settled()).slice(4)).toEqual(['no tray', 'tray', 'hide'])
  })
  test('asked and not answered leaves everything as it is', async () => {
    expect(open('win32').closing(true)).toBe(false)
    expect(await settled()).toEqual(['ask close'])
  })
  test('asks one question at a time', async () => {
    const answer = Promise.withResolvers<'quit'>()
    closeAnswer = answer.promise
    open('win32').closing(true)
    closing.closing(true)
    closing.closing(true)
    expect(await settled()).toEqual(['ask close'])
    answer.resolve('quit')
    expect(await settled()).toEqual(['ask close', 'remember quit', 'quit', 'quits'])
  })
  test('does what was answered although it cannot be remembered', async () => {
    closeAnswer = Promise.resolve('keep-running')
    open('win32')
    const { closeAction } = settings
    settings = Object.defineProperty({ ...settings }, 'closeAction', {
      get: () => closeAction,
    })
    closing = createClosing({
      platform: 'win32',
      settings: () => settings,
      remember() {
        throw new TypeError('managed')
      },
      stoppedByQuit: () => 0,
      trayHost: async () => await Promise.resolve(true),
      window: { hide: () => void done.push('hide'), reveal: () => undefined },
      quit: () => void done.push('quit'),
      askClose: async () => await closeAnswer,
      askStop: async () => await Promise.resolve(true),
      onHidden: () => undefined,
      log: ({ event }) => void done.push(event),
    })
    closing.closing(true)
    expect(await settled()).toEqual(['closing.not-remembered', 'hide'])
  })
  test('on macOS hides, and the Dock brings the window back', () => {
    expect(open('darwin').closing(true)).toBe(false)
    expect(done).toEqual(['tray', 'hide'])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('without a host for tray icons', () => {
  beforeEach(() => {
    hostAnswers = false
  })
  test('the ✕ quits and does not even ask', async () => {
    expect(open('linux').closing(true)).toBe(false)
    expect(await settled()).toEqual(['quit', 'quits'])
  })
  test('the ✕ quits also where the user chose to keep running', async () => {
    settings.closeAction = 'keep-running'
    expect(open('linux').closing(true)).toBe(false)
    expect(await settled()).toEqual(['quit', 'quits'])
  })
  test('a minimised window stays in the task bar', async () => {
    settings.minimizeToTray = true
    open('linux').minimized()
    expect(await settled()).toEqual([])
  })
  test('a start at login does not hide', async () => {
    const hidden = open('linux').startHidden()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await hidden).toBe(false)
    expect(done).toEqual([])
  })
  test('a host that goes away brings the hidden window back', async () => {
    hostAnswers = true
    settings.closeAction = 'keep-running'
    open('linux').closing(true)
    expect(await settled()).toEqual(['tray', 'hide'])
    await vi.advanceTimersByTimeAsync(90_000)
    expect(done).toEqual(['tray', 'hide'])
    hostAnswers = false
    await vi.advanceTimersByTimeAsync(30_000)
    expect(done.slice(2)).toEqual(['tray.host-gone', 'no tray', 'reveal'])
    await vi.advanceTimersByTimeAsync(120_000)
    expect(done).toHaveLength(5)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a start at login', () => {
  test('hides, also when the desktop comes up after the app', async () => {
    hostAnswers = false
    const hidden = open('linux').startHidden()
    await vi.advanceTimersByTimeAsync(3000)
    hostAnswers = true
    await vi.advanceTimersByTimeAsync(3000)
    expect(await hidden).toBe(true)
    expect(done).toEqual(['tray', 'hide'])
  })
  test('does not hide a window that somebody has asked for meanwhile', async () => {
    hostAnswers = false
    const hidden = open('linux').startHidden()
    await vi.advanceTimersByTimeAsync(1000)
    closing.shown()
    hostAnswers = true
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await hidden).toBe(true)
    expect(done).toEqual([])
  })
  test('needs no tray on macOS', async () => {
    expect(await open('darwin').startHidden()).toBe(true)
    expect(done).toEqual([])
  })
})

test('a minimised window goes into the tray when the user wants that', async () => {
  open('win32').minimized()
  expect(await settled()).toEqual([])
  settings.minimizeToTray = true
  closing.minimized()
  expect(await settled()).toEqual(['tray', 'hide'])
})

describe('quitting', () => {
  test('goes on at once when every answer goes on at the server', () => {
    expect(open('linux').quitting()).toBe(true)
    expect(closing.leaving()).toBe('person')
  })
  test('asks when it stops an answer, and goes on when that is meant', async () => {
    stopped = 2
    stopAnswer = Promise.resolve(true)
    expect(open('linux').quitting()).toBe(false)
    expect(await settled()).toEqual(['ask stop 2', 'quit', 'quits'])
  })
  test('asks, and does not go on when it was not meant; next time it asks again', async () => {
    stopped = 1
    expect(open('linux').quitting()).toBe(false)
    expect(await settled()).toEqual(['ask stop 1'])
    expect(closing.leaving()).toBe('no')
    expect(closing.quitting()).toBe(false)
    expect(await settled()).toEqual(['ask stop 1', 'ask stop 1'])
  })
  test.each(['update', 'system'] as const)('by the %s is never held up and hides nothing', async (why) => {
    stopped = 3
    settings = { closeAction: 'keep-running', minimizeToTray: true }
    open('linux').leave(why)
    expect(closing.quitting()).toBe(true)
    expect(closing.closing(true)).toBe(true)
    closing.minimized()
    expect(await settled()).toEqual([])
    expect(closing.leaving()).toBe(why)
  })
  test('by the system overtakes a question that is open', async () => {
    const answer = Promise.withResolvers<'keep-running'>()
    closeAnswer = answer.promise
    open('win32').closing(true)
    await settled()
    closing.leave('system')
    answer.resolve('keep-running')
    expect(await settled()).toEqual(['ask close'])
  })
  test('ends the watch over a hidden window', async () => {
    settings.closeAction = 'keep-running'
    open('linux').closing(true)
    await settled()
    expect(vi.getTimerCount()).toBe(1)
    expect(closing.quitting()).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })
})
