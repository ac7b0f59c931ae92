import { expect, test } from 'vitest'
import { settings } from '../../../contract/settings.ts'
import { acceleratorOf } from './accelerator.ts'
import type { KeyFacts } from './accelerator.ts'

/** `Control+Shift+k` with what the key event says of the last key. */
function pressed(keys: string, patch: Partial<KeyFacts> = {}, platform = 'linux') {
  const parts = keys.split('+')
  const key = parts.pop()!
  const facts: KeyFacts = {
    key,
    code: '',
    ctrlKey: parts.includes('Control'),
    altKey: parts.includes('Alt'),
    shiftKey: parts.includes('Shift'),
    metaKey: parts.includes('Meta'),
    altGraph: false,
    ...patch,
  }
  const found = acceleratorOf(facts, platform)
  // The setting must take what was recorded.
  return found.kind === 'accelerator'
    ? settings.shape.quickShortcut.parse(found.accelerator)
    : found.kind === 'refused'
      ? found.why
      : found.kind
}

test.each([
  ['Control+Shift+K', {}, 'linux', 'Control+Shift+K'],
  ['Control+Shift+ ', { code: 'Space' }, 'win32', 'Control+Shift+Space'],
  ['Control+ ', { code: 'Space' }, 'win32', 'Control+Space'],
  ['Meta+j', {}, 'win32', 'Super+J'],
  ['Shift+Meta+j', {}, 'darwin', 'Shift+Command+J'],
  ['Alt+\u00a0', { code: 'Space' }, 'darwin', 'Alt+Space'],
  ['Alt+Meta+˚', { code: 'KeyK' }, 'darwin', 'Alt+Command+K'],
  ['Control+F9', {}, 'linux', 'Control+F9'],
  ['Control+Alt+ArrowUp', {}, 'linux', 'Control+Alt+Up'],
  // A letter is what the key produces, not where it is.
  ['Control+Shift+a', { code: 'KeyQ' }, 'linux', 'Control+Shift+A'],
  // A letter of another script: the Latin one of its place.
  ['Control+Shift+Л', { code: 'KeyK' }, 'linux', 'Control+Shift+K'],
  // A digit is where it is: French keyboards type it with Shift.
  ['Control+Shift+é', { code: 'Digit2' }, 'linux', 'Control+Shift+2'],
])('%s (%o, %s) is %s', (keys, facts, platform, expected) => {
  expect(pressed(keys, facts, platform)).toBe(expected)
})

test.each([
  ['Control', {}, 'linux', 'incomplete'],
  ['Control+Shift', {}, 'linux', 'incomplete'],
  ['k', {}, 'linux', 'no-modifier'],
  ['F9', {}, 'linux', 'no-modifier'],
  ['Shift+K', {}, 'linux', 'no-modifier'],
  ['Control+Alt+k', {}, 'win32', 'alt-gr'],
  ['Control+Alt+2', { code: 'Digit2' }, 'win32', 'alt-gr'],
  ['Control+Alt+Shift+k', {}, 'linux', 'alt-gr'],
  ['Alt+k', { altGraph: true }, 'linux', 'alt-gr'],
  ['Control+Alt+k', {}, 'darwin', 'screen-reader'],
  ['Control+Insert', {}, 'win32', 'screen-reader'],
  ['Alt+ ', { code: 'Space' }, 'win32', 'system'],
  ['Alt+ ', { code: 'Space' }, 'linux', 'system'],
  ['Meta+ ', { code: 'Space' }, 'darwin', 'system'],
  ['Control+Alt+Delete', {}, 'win32', 'system'],
  ['Control+Shift+u', {}, 'linux', 'system'],
  ['Control+c', {}, 'linux', 'common'],
  ['Meta+v', {}, 'darwin', 'common'],
  ['Control+Shift+V', {}, 'linux', 'common'],
  ['Shift+Meta+z', {}, 'darwin', 'common'],
  ['Control+.', {}, 'linux', 'common'],
  ['Alt+f', {}, 'win32', 'common'],
  ['Alt+ƒ', { code: 'KeyF' }, 'darwin', 'alt-gr'],
  ['Control+Alt+Shift+Meta+ArrowUp', {}, 'linux', 'too-many'],
  ['Control+Shift+ö', { code: 'Semicolon' }, 'linux', 'key'],
  ['Control+MediaPlayPause', {}, 'linux', 'key'],
  ['Control+Dead', { code: 'KeyE' }, 'linux', 'key'],
])('%s (%o, %s) is refused: %s', (keys, facts, platform, expected) => {
  expect(pressed(keys, facts, platform)).toBe(expected)
})
