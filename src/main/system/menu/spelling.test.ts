import { expect, test } from 'vitest'
import type { DesktopSystem } from './menu-entry.ts'
import { spellingOf } from './spelling.ts'

const available = ['de', 'en-AU', 'en-GB', 'en-US', 'es', 'pt-BR', 'pt-PT']
const preferred = ['de-AT', 'en-GB']
const google = 'https://redirector.gvt1.com/edgedl/chrome/dict/'
interface Given {
  readonly spellcheck?: boolean
  readonly system?: DesktopSystem
}
const of = (languages: string[], { spellcheck = true, system = 'linux' }: Given = {}) =>
  spellingOf({ system, settings: { spellcheck, spellcheckLanguages: languages }, preferred, available })

test('macOS checks by itself, or not at all', () => {
  expect(of(['de'], { system: 'mac' })).toEqual({ enabled: true, languages: null, dictionaries: null })
  expect(of([], { system: 'mac', spellcheck: false })).toMatchObject({ enabled: false })
})

test.each(['linux', 'windows'] as const)(
  'without a choice %s checks the system’s language and loads nothing',
  (system) => {
    const { enabled, languages, dictionaries } = of([], { system })
    expect([enabled, languages]).toEqual([true, ['de']])
    expect(dictionaries).toMatch(/^http:\/\/127\.0\.0\.1:9\/$/)
  },
)

test('a chosen language may be loaded', () => {
  expect(of(['en-GB', 'es'])).toEqual({ enabled: true, languages: ['en-GB', 'es'], dictionaries: google })
})

test('off is off', () => expect(of(['en-GB'], { spellcheck: false }).enabled).toBe(false))

test.each([
  [['EN-gb'], ['en-GB']],
  [['en-NZ'], ['en-AU']],
  [['pt'], ['pt-BR']],
  [['de-CH', 'de', 'de-DE'], ['de']],
  [['tlh', 'es-MX'], ['es']],
])('%j is %j', (chosen, languages) => expect(of(chosen).languages).toEqual(languages))

test('a choice of nothing that is known counts as none, and loads nothing', () => {
  expect(of(['tlh'])).toMatchObject({ languages: ['de'], dictionaries: expect.stringContaining('127.0.0.1') })
})

test('where nothing is known nothing is checked', () => {
  const settings = { spellcheck: true, spellcheckLanguages: [] }
  const none = spellingOf({ system: 'linux', settings, preferred: ['tlh'], available })
  expect(none).toMatchObject({ enabled: false, languages: [] })
})
