import { expect, test } from 'vitest'
import { readConfig, readDesktopPaths } from './config.ts'

test('takes HTTPS addresses, and plain HTTP on this computer only', () => {
  expect(
    readConfig({ HESTAMI_PLATFORM_URL: 'http://localhost:8050/x', HESTAMI_LIBRECHAT_URL: 'https://chat.example/' }),
  ).toMatchObject({ platformOrigin: 'http://localhost:8050', librechatOrigin: 'https://chat.example' })
})

test.each(['http://chat.example', 'ftp://chat.example', 'https://user:secret@chat.example', 'chat'])(
  'refuses %s by naming the variable, not the address',
  (url) => {
    expect(() => readConfig({ HESTAMI_LIBRECHAT_URL: url })).toThrow(
      /^HESTAMI_LIBRECHAT_URL is not a usable server address(?!.*secret)/,
    )
  },
)

test('an address of a policy that is not usable is named as the policy’s', () => {
  const entry = { value: 'https://user:secret@chat.example', from: 'x' }
  const policy = { enforced: { librechatUrl: entry }, defaults: { platformUrl: entry } }
  expect(() => readConfig({ HESTAMI_PLATFORM_URL: 'https://a.example' }, policy)).toThrow(
    /^librechatUrl of this computer's policy is not a usable server address(?!.*secret)/,
  )
  expect(() => readConfig({ HESTAMI_PLATFORM_URL: '' }, { ...policy, enforced: {} })).toThrow(/^platformUrl of this/)
})

test('what starts at login is where the desktop looks for it; relative paths are none', () => {
  expect(readDesktopPaths({}, '/home/ann')).toEqual({ configHome: '/home/ann/.config', appImage: null })
  expect(readDesktopPaths({ XDG_CONFIG_HOME: '/etc/ann', APPIMAGE: '/apps/Chat.AppImage' }, '/home/ann')).toEqual({
    configHome: '/etc/ann',
    appImage: '/apps/Chat.AppImage',
  })
  expect(readDesktopPaths({ XDG_CONFIG_HOME: '', APPIMAGE: 'Chat.AppImage' }, '/home/ann')).toEqual({
    configHome: '/home/ann/.config',
    appImage: null,
  })
  expect(readDesktopPaths({ XDG_CONFIG_HOME: '../x' }, '/home/ann').configHome).toBe('/home/ann/.config')
})
