import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { flavours } from '../flavour.ts'
import { readConfig } from '../config.ts'
import { followPolicy } from './follow-policy.ts'
import { readJsonPolicies } from './json-files.ts'
import { parsePolicy } from './parse-policy.ts'
import type { Policy } from './policy.ts'
import { managedParts, readPolicy } from './read-policy.ts'
import { parseRegistry } from './registry.ts'

const source = (enforced: object, recommended: object = {}, from = 'here') => ({
  from,
  enforced: { ...enforced },
  recommended: { ...recommended },
})

describe('what counts', () => {
  test('values that fit their settings, with the place that they come from', () => {
    const { policy, problems } = parsePolicy([source({ uploads: false }, { theme: 'dark', zoom: 1.25 })])
    expect(policy).toEqual({
      enforced: { uploads: { value: false, from: 'here' } },
      defaults: { theme: { value: 'dark', from: 'here' }, zoom: { value: 1.25, from: 'here' } },
    })
    expect(problems).toEqual([])
  })

  test('the first place wins', () => {
    const { policy } = parsePolicy([source({ theme: 'dark' }, {}, 'computer'), source({ theme: 'light' }, {}, 'user')])
    expect(policy.enforced.theme).toEqual({ value: 'dark', from: 'computer' })
  })

  test.each([
    ['unknown', { colour: 'red' }],
    ['unknown', { constructor: 'x' }],
    ['unknown', { __proto__x: 1 }],
    ['not-for-policies', { lastConversationId: 'c' }],
    ['not-for-policies', { verboseLogUntil: 1 }],
    ['invalid', { theme: 'neon' }],
    ['invalid', { zoom: 9 }],
    ['invalid', { updateMirror: 'http://mirror.example' }],
    ['invalid', { platformUrl: 'ftp://x' }],
    ['invalid', { uploads: 'no' }],
    ['invalid', { spellcheckLanguages: ['../../etc'] }],
  ] as const)('an entry that is %s does not: %o', (why, entry) => {
    const { policy, problems } = parsePolicy([source(entry, { theme: 'dark' })])
    expect(policy.enforced).toEqual({})
    expect(policy.defaults.theme?.value).toBe('dark')
    expect(problems).toEqual([{ name: Object.keys(entry)[0], why, from: 'here' }])
  })
})

describe('JSON files', () => {
  let folder = ''
  const put = (name: string, value: unknown): string => {
    const path = join(folder, name)
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o644 })
    return path
  }
  const owner = process.getuid?.() ?? 0
  const read = () => readJsonPolicies(folder, owner)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hestami-policy-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('are read in the order of their names', () => {
    put('20-theme.json', { enforced: { theme: 'light' } })
    put('10-theme.json', { enforced: { theme: 'dark' }, recommended: { zoom: 2 } })
    put('notes.txt', 'no')
    const { sources, refused } = read()
    expect(refused).toEqual([])
    expect(parsePolicy(sources).policy.enforced.theme).toEqual({ value: 'dark', from: join(folder, '10-theme.json') })
  })

  test('a folder that is not there says nothing', () =>
    expect(readJsonPolicies(join(folder, 'none'), owner)).toEqual({ sources: [], refused: [] }))

  test('a folder that cannot be looked into is told', () => {
    const path = join(put('file', '{}'), 'policies')
    expect(readJsonPolicies(path, owner)).toEqual({ sources: [], refused: [{ from: path, why: 'unreadable' }] })
  })

  test('a folder that others may write to, or that is a link, does not count', () => {
    put('1.json', { enforced: { uploads: false } })
    const link = `${folder}-link`
    symlinkSync(folder, link)
    try {
      expect(readJsonPolicies(link, owner)).toEqual({ sources: [], refused: [{ from: link, why: 'not-a-file' }] })
    } finally {
      rmSync(link)
    }
    chmodSync(folder, 0o777)
    expect(read()).toEqual({ sources: [], refused: [{ from: folder, why: 'writable-by-others' }] })
  })

  test.each([
    ['writable-by-others', (path: string) => chmodSync(path, 0o666)],
    ['writable-by-others', (path: string) => chmodSync(path, 0o664)],
    ['not-json', (path: string) => writeFileSync(path, '{')],
    ['too-large', (path: string) => writeFileSync(path, `{"x":"${'x'.repeat(300_000)}"}`)],
  ] as const)('one that is %s does not count, the others do', (why, spoil) => {
    put('1.json', { enforced: { theme: 'dark' } })
    const path = put('2.json', { enforced: { uploads: false } })
    spoil(path)
    const { sources, refused } = read()
    expect(refused).toEqual([{ from: path, why }])
    expect(Object.keys(parsePolicy(sources).policy.enforced)).toEqual(['theme'])
  })

  test('a link, a folder and a pipe do not count', () => {
    const real = join(folder, 'real')
    writeFileSync(real, '{"enforced":{"uploads":false}}')
    symlinkSync(real, join(folder, 'link.json'))
    mkdirSync(join(folder, 'folder.json'))
    const { sources, refused } = read()
    expect(sources).toEqual([])
    expect(refused.map(({ why }) => why)).toEqual(['not-a-file', 'not-a-file'])
  })

  test.skipIf(owner !== 0)('a file or a folder of somebody else does not count', () => {
    const path = put('1.json', { enforced: { uploads: false } })
    chownSync(path, 1234, 1234)
    expect(readJsonPolicies(folder, 0).refused).toEqual([{ from: path, why: 'not-owned-by-root' }])
    chownSync(path, 0, 0)
    chownSync(folder, 1234, 1234)
    expect(readJsonPolicies(folder, 0)).toEqual({ sources: [], refused: [{ from: folder, why: 'not-owned-by-root' }] })
  })

  test.each(['[]', '"x"', '{"enforced":[1]}', '{"enforced":null,"recommended":"x"}', '{}'])(
    '%s says nothing',
    (text) => {
      put('1.json', text)
      expect(parsePolicy(read().sources).policy).toEqual({ enforced: {}, defaults: {} })
    },
  )

  test('reach the configuration: what is enforced wins over the environment, which wins over a default', async () => {
    put('1.json', {
      enforced: { platformUrl: 'https://home.example.com' },
      recommended: { librechatUrl: 'https://chat.example.com' },
    })
    const { policy } = await readPolicy({
      flavour: flavours.production,
      platform: 'linux',
      windows: '',
      folder: { path: folder, owner },
      log: () => undefined,
    })
    const env = { HESTAMI_PLATFORM_URL: 'https://other.example.com', HESTAMI_LIBRECHAT_URL: 'https://own.example.com' }
    expect(readConfig(env, policy)).toMatchObject({
      platformOrigin: 'https://home.example.com',
      librechatOrigin: 'https://own.example.com',
    })
    expect(readConfig({}, policy).librechatOrigin).toBe('https://chat.example.com')
  })

  test('a change is applied while the app runs', async () => {
    put('1.json', { enforced: { theme: 'dark' } })
    const applied: Policy[] = []
    const stop = followPolicy({
      current: parsePolicy(read().sources).policy,
      read: async () => await Promise.resolve(parsePolicy(read().sources).policy),
      apply: (policy) => void applied.push(policy),
      folder,
      onResume: () => () => undefined,
    })
    try {
      put('1.json', { enforced: { theme: 'light' } })
      await expect.poll(() => applied.at(-1)?.enforced.theme?.value, { timeout: 10_000 }).toBe('light')
    } finally {
      stop()
    }
  })
})

describe('the registry of Windows', () => {
  const key = 'HKEY_LOCAL_MACHINE\\Software\\Policies\\Hestami\\Hestami Chat'
  const printed = [
    '',
    `${key}\\Enforced`,
    '    uploads    REG_DWORD    0x0',
    '    theme    REG_SZ    dark',
    '    updateMirror    REG_EXPAND_SZ    https://mirror.example.com/hestami',
    '    zoom    REG_SZ    1.25',
    '    spellcheckLanguages    REG_MULTI_SZ    en-GB\\0de',
    '    unknownThing    REG_BINARY    00FF',
    '',
    `${key.toUpperCase()}\\RECOMMENDED`,
    '    trayIcon    REG_DWORD    0x1',
    '    quickShortcut    REG_SZ    Control+Shift+Space',
    '',
    'HKEY_LOCAL_MACHINE\\Software\\Policies\\Hestami\\Other\\Enforced',
    '    theme    REG_SZ    light',
    '',
  ].join('\r\n')

  test('is read as reg.exe prints it', () => {
    const { policy, problems } = parsePolicy([parseRegistry(printed, key)])
    expect(problems).toEqual([])
    expect(policy).toEqual({
      enforced: {
        uploads: { value: false, from: key },
        theme: { value: 'dark', from: key },
        updateMirror: { value: 'https://mirror.example.com/hestami', from: key },
        zoom: { value: 1.25, from: key },
        spellcheckLanguages: { value: ['en-GB', 'de'], from: key },
      },
      defaults: {
        trayIcon: { value: true, from: key },
        quickShortcut: { value: 'Control+Shift+Space', from: key },
      },
    })
  })
  test.each([
    '',
    'FEHLER: Der angegebene Registrierungsschlüssel wurde nicht gefunden.',
    '    theme    REG_SZ    dark',
  ])('what is no answer says nothing: %s', (text) =>
    expect(parsePolicy([parseRegistry(text, key)]).policy).toEqual({ enforced: {}, defaults: {} }),
  )
  test('a number that is neither 0 nor 1 is no yes or no', () => {
    const { problems } = parsePolicy([parseRegistry(`${key}\\Enforced\r\n    uploads    REG_DWORD    0x2\r\n`, key)])
    expect(problems).toMatchObject([{ name: 'uploads', why: 'invalid' }])
  })
})

test('managed preferences of macOS: what is at the top is enforced, Recommended holds defaults', () => {
  const parts = managedParts('{"uploads":false,"PayloadUUID":"x","Recommended":{"theme":"dark"}}')
  expect(parsePolicy([{ from: 'plist', ...parts }]).policy).toEqual({
    enforced: { uploads: { value: false, from: 'plist' } },
    defaults: { theme: { value: 'dark', from: 'plist' } },
  })
  expect(managedParts('no json')).toEqual({ enforced: {}, recommended: {} })
})
