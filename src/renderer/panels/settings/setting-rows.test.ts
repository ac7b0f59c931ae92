import { expect, test } from 'vitest'
import { settingsTable } from '../../../contract/settings.ts'
import type { SettingName } from '../../../contract/settings.ts'
import { findSettings, settingSections } from './setting-rows.ts'

const on = (platform: string, host: 'electron' | 'browser' = 'electron', quick = true) =>
  settingSections({ host, platform, quick })
const names = (sections: ReturnType<typeof on>): SettingName[] =>
  sections.flatMap(({ rows }) => rows.map((r) => r.name))

test('every setting that people or administrators decide is there on one system at least', () => {
  const shown = new Set(['win32', 'darwin', 'linux'].flatMap((platform) => names(on(platform))))
  const decided = (Object.keys(settingsTable) as SettingName[]).filter((name) => settingsTable[name].owner !== 'app')
  expect([...shown].toSorted()).toEqual(decided.toSorted())
})

test('what administrators alone decide can only be read', () => {
  for (const { rows } of on('win32'))
    for (const { name, control } of rows)
      expect([name, control.kind === 'fixed']).toEqual([name, settingsTable[name].owner === 'administrator'])
})

test('every choice is one that the setting takes', () => {
  for (const { name, control } of on('win32').flatMap(({ rows }) => rows))
    for (const { value } of control.kind === 'choice' ? control.choices : [])
      expect(settingsTable[name].schema.safeParse(value).success, `${name} ${value}`).toBe(true)
})

test('rows that a system has no use for are not shown', () => {
  const mac = names(on('darwin'))
  for (const name of ['trayIcon', 'closeAction', 'minimizeToTray', 'spellcheckLanguages'] as const)
    expect(mac).not.toContain(name)
  expect(names(on('linux'))).not.toContain('recentInSystemMenus')
  expect(on('darwin').map(({ id }) => id)).not.toContain('window')
  expect(names(on('linux', 'browser', false)).filter((name) => settingsTable[name].owner === 'user')).toEqual(['theme'])
  expect(names(on('linux', 'electron', false))).not.toContain('quickShortcut')
})

test('the search looks at titles, labels and help texts, for all words', () => {
  const sections = on('win32')
  expect(findSettings(sections, '  ')).toEqual(sections)
  expect(names(findSettings(sections, 'TRAY icon'))).toContain('trayIcon')
  expect(names(findSettings(sections, 'google'))).toEqual(['spellcheckLanguages'])
  expect(names(findSettings(sections, 'appearance'))).toEqual(['theme', 'zoom'])
  expect(findSettings(sections, 'updates').map(({ id }) => id)).toContain('updates')
  expect(findSettings(sections, 'no such thing')).toEqual([])
})
