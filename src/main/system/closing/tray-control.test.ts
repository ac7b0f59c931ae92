import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTrayControl } from './tray-control.ts'
import type { TrayControl } from './tray-control.ts'
import type { TrayState } from './tray-items.ts'

let chosen: { trayIcon: boolean; notificationsPausedUntil: number | null }
let drawn: (TrayState | null)[]
let done: string[]
let control: TrayControl
beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 5, 1, 12) })
  chosen = { trayIcon: true, notificationsPausedUntil: null }
  drawn = []
  done = []
  control = createTrayControl({
    platform: 'win32',
    appName: 'Hestami Chat',
    hasQuick: true,
    settings: { get: () => chosen, set: (patch) => (chosen = { ...chosen, ...patch }) },
    unread: () => 2,
    draw: (state) => void drawn.push(state),
    open: () => void done.push('open'),
    launch: (verb) => void done.push(verb),
    quit: () => void done.push('quit'),
  })
})
afterEach(() => {
  control.close()
  vi.useRealTimers()
})

test('shows what is so', () => {
  control.update()
  expect(drawn).toEqual([{ appName: 'Hestami Chat', unread: 2, pausedUntil: null, hasQuick: true }])
})

test('is there when it is wanted, or when the window is in it', () => {
  chosen.trayIcon = false
  control.update()
  control.hidden(true)
  control.hidden(false)
  expect(drawn.map((state) => state !== null)).toEqual([false, true, false])
})

test('does what its menu says', () => {
  for (const action of ['open', 'new-chat', 'quick', 'quit'] as const) control.act(action)
  expect(done).toEqual(['open', 'new-chat', 'quick', 'quit'])
  control.act('pause-hour')
  expect(chosen.notificationsPausedUntil).toBe(Date.now() + 3_600_000)
  control.act('pause-tomorrow')
  expect(chosen.notificationsPausedUntil).toBe(new Date(2026, 5, 2, 8).getTime())
  control.act('resume')
  expect(chosen.notificationsPausedUntil).toBeNull()
})

test('a pause ends by itself, and is shown to have ended', () => {
  control.act('pause-hour')
  control.update()
  expect(drawn.at(-1)?.pausedUntil).toBe(Date.now() + 3_600_000)
  vi.advanceTimersByTime(3_600_001)
  expect(drawn.at(-1)?.pausedUntil).toBeNull()
  expect(vi.getTimerCount()).toBe(0)
})

test('a pause of an earlier run that is over is none', () => {
  chosen.notificationsPausedUntil = Date.now() - 1
  control.update()
  expect(drawn.at(-1)?.pausedUntil).toBeNull()
  expect(vi.getTimerCount()).toBe(0)
})
