import { describe, expect, test } from 'vitest'
import { trayIconFiles, trayItems, trayTooltip, unreadText } from './tray-items.ts'
import type { TrayItem, TrayState } from './tray-items.ts'

const state: TrayState = { appName: 'Hestami Chat', unread: 0, pausedUntil: null, hasQuick: true }
const at = new Date(2026, 5, 1, 17, 5).getTime()
const labels = (items: readonly TrayItem[]): unknown[] =>
  items.map((item) =>
    item.kind === 'separator' ? '-' : item.kind === 'menu' ? [item.label, labels(item.items)] : item.label,
  )

describe('the menu', () => {
  test('has what one needs, and Quit last', () => {
    expect(labels(trayItems(state))).toEqual([
      'Open Hestami Chat',
      'New chat',
      'Quick window',
      '-',
      ['Pause notifications', ['For 1 hour', 'Until tomorrow']],
      '-',
      'Quit',
    ])
  })
  test('has no quick window where there is none', () =>
    expect(labels(trayItems({ ...state, hasQuick: false }))).not.toContain('Quick window'))
  test('resumes what is paused, and says until when', () => {
    const paused = trayItems({ ...state, pausedUntil: at }).find(
      (item) => item.kind === 'action' && item.action === 'resume',
    )
    expect(paused).toMatchObject({ label: expect.stringMatching(/^Resume notifications \(paused until .*05.*\)$/) })
  })
})

test('the tooltip says what one should know', () => {
  expect(trayTooltip(state)).toBe('Hestami Chat')
  expect(trayTooltip({ ...state, unread: 1 })).toBe('Hestami Chat – 1 unread answer')
  expect(trayTooltip({ ...state, unread: 3, pausedUntil: at })).toBe(
    'Hestami Chat – 3 unread answers, notifications paused',
  )
  expect(unreadText(2)).toBe('2 unread answers')
})

describe('the icon', () => {
  test('fits the panel; a flavour’s own goes before the common one', () => {
    expect(trayIconFiles({ platform: 'win32', flavour: 'beta', darkPanel: true, unread: false })).toEqual([
      'tray/beta/dark.png',
      'tray/dark.png',
    ])
    expect(trayIconFiles({ platform: 'linux', flavour: 'production', darkPanel: false, unread: true })).toEqual([
      'tray/production/light-unread.png',
      'tray/production/light.png',
      'tray/light-unread.png',
      'tray/light.png',
    ])
  })
  test('is a template on macOS, whatever the theme', () => {
    for (const darkPanel of [true, false])
      expect(trayIconFiles({ platform: 'darwin', flavour: 'debug', darkPanel, unread: false })).toEqual([
        'tray/debug/template.png',
        'tray/template.png',
      ])
  })
})
