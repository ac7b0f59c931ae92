import type { Page } from 'playwright-core'
import type { QuickState } from '../../src/contract/app.ts'
import type { SettingOrigin } from '../../src/contract/settings.ts'
import type { Fixture } from './fixture.ts'
import type { Scene } from './scenes.ts'
import { beta, debug } from './update-fixture.ts'

const registry = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Hestami\\Hestami Chat'
const longPlace = `/Library/Managed Preferences/${'a-very-long-name-of-a-department'.repeat(4)}/com.hestami.chat.plist`
const by = (who: SettingOrigin['by'], from: string | null = null): SettingOrigin => ({ by: who, from })
const origins: Readonly<Record<string, SettingOrigin>> = {
  startAtLogin: by('policy', registry),
  theme: by('user'),
  zoom: by('policy-default', registry),
  notificationPreview: by('policy', longPlace),
  quickShortcut: by('user'),
  spellcheckLanguages: by('user'),
  platformUrl: by('policy', registry),
  updateMirror: by('policy', longPlace),
  uploads: by('policy', registry),
}
const shortcut = 'Control+Shift+Space'
const quick: QuickState = { shortcut, registration: 'registered', firedAt: null, command: 'hestami-chat --quick' }

const noQuick: QuickState = { shortcut: null, registration: 'unsupported', firedAt: null, command: null }

/** Settings of a computer that an organisation looks after, and of one that nobody does. */
export function settingsScenes(open: Fixture): readonly Scene[] {
  const scene = (answers: object = {}, settings: Fixture['settings'] = {}): Fixture => ({
    ...open,
    settings: { ...open.settings, ...settings },
    answers: {
      'app.ready': [{ name: 'settings' }],
      'app.info': { ...debug, flavour: 'production', platform: 'win32' },
      'settings.origins': {},
      'quick.get': { ...quick, shortcut: null, registration: 'none' },
      ...answers,
    },
  })
  const managed = scene(
    { 'settings.origins': origins, 'quick.get': { ...quick, firedAt: 1 } },
    {
      startAtLogin: true,
      zoom: 1.2,
      quickShortcut: shortcut,
      spellcheckLanguages: ['en-GB', 'de', 'zh-Hant'],
      platformUrl: 'https://homes.example.com',
      updateMirror: `https://updates.example.com/${'mirror/'.repeat(20)}`,
      uploads: false,
      notificationsPausedUntil: Date.now() + 3_600_000,
    },
  )
  const at =
    (title: string) =>
    async (page: Page): Promise<void> => {
      await page.getByRole('heading', { name: title, exact: true }).evaluate((heading) => heading.scrollIntoView())
    }
  const linux = { 'app.info': { ...debug, flavour: 'production' } }
  const chosen = { quickShortcut: shortcut }
  return [
    { name: 'settings', fixture: scene() },
    { name: 'settings-managed', fixture: managed },
    { name: 'settings-managed-notifications', fixture: managed, act: at('Notifications') },
    { name: 'settings-managed-quick', fixture: managed, act: at('Quick window') },
    { name: 'settings-managed-end', fixture: managed, act: at('This installation') },
    { name: 'settings-mac', fixture: scene({ 'app.info': { ...beta, flavour: 'production' } }) },
    {
      name: 'settings-search',
      fixture: scene(),
      act: async (page) => await page.getByRole('searchbox').fill('tray'),
    },
    {
      name: 'settings-search-none',
      fixture: scene(),
      act: async (page) => await page.getByRole('searchbox').fill('colour of the moon'),
    },
    {
      name: 'settings-recording',
      fixture: scene(),
      async act(page) {
        await at('Quick window')(page)
        await page.getByRole('button', { name: /Shortcut of the quick window/ }).click()
        await page.keyboard.press('Control+c')
      },
    },
    { name: 'settings-press-now', fixture: scene({ ...linux, 'quick.get': quick }, chosen), act: at('Quick window') },
    {
      name: 'settings-taken',
      fixture: scene({ 'quick.get': { ...quick, registration: 'taken' } }, chosen),
      act: at('Quick window'),
    },
    {
      name: 'settings-unsupported',
      fixture: scene({ ...linux, 'quick.get': { ...quick, registration: 'unsupported' } }, chosen),
      act: at('Quick window'),
    },
    {
      name: 'settings-refused',
      fixture: { ...scene(), errors: { 'settings.set': { code: 'managed', setting: 'theme' } } },
      async act(page) {
        await at('Appearance')(page)
        await page.getByRole('combobox', { name: 'Theme', exact: true }).selectOption('light')
      },
    },
    { name: 'settings-browser', fixture: scene({ 'app.info': { ...debug, host: 'browser' }, 'quick.get': noQuick }) },
    {
      name: 'uploads-off',
      fixture: { ...open, settings: { ...open.settings, uploads: false } },
      act: async (page) => await page.getByRole('button', { name: 'Attach images' }).press('Enter'),
    },
  ]
}
