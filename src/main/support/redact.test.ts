import { describe, expect, test } from 'vitest'
import { redactText } from './redact-text.ts'
import { redact } from './redact.ts'

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.c2lnbmF0dXJl'

describe('what is taken out of a text', () => {
  test.each([
    ['a token', `refused ${jwt} twice`],
    ['half a token', 'eyJhbGciOiJIUzI1Ni'],
    ['a bearer', 'Authorization: Bearer hunter2-hunter2'],
    ['a bearer in JSON', '{"authorization":"Bearer hunter2"}'],
    ['basic credentials', 'Basic aHVudGVyMg=='],
    ['a cookie', 'cookie: a=hunter2; refreshToken=hunter2'],
    ['a cookie that is set', 'Set-Cookie: refreshToken=hunter2; Path=/; HttpOnly'],
    ['a password in a query', '/login?user=x&password=hunter2&next=/'],
    ['a password in a form', 'password=hunter2+hunter2'],
    ['a password in JSON', '{"password":"hunter2 hunter2","n":1}'],
    ['a password in escaped JSON', '{\\"password\\":\\"hunter2\\"}'],
    ['a password with spaces', 'password: hunter2 battery staple'],
    ['a password on the next line', '"password":\n  "hunter2"'],
    ['a password in brackets', "headers['x-api-key'] = 'hunter2'"],
    ['a password, escaped for a URL', 'x%26password%3Dhunter2'],
    ['a password, escaped twice', 'x%2526password%253Dhunter2'],
    ['a name', 'first_name: hunter2'],
    ['a web address', 'GET https://chat.hunter2.example/c/1?x=1 failed'],
    ['an address with a user', 'ws://hunter2:hunter2@localhost:3000/x'],
    ['an e-mail address', 'mail for hunter2@example.com'],
    ['an e-mail address of a local host', 'hunter2@localhost'],
    ['an e-mail address with blanks', '"hunter2 x"@example.com'],
    ['an e-mail address in other letters', 'höhunter2@exämple.de'],
    ['an e-mail address, escaped for a URL', 'hunter2%40example.com'],
    ['an e-mail address, escaped for JSON', 'hunter2\\u0040example.com'],
    ['an e-mail address, escaped for HTML', 'hunter2&#64;example&#x2e;com'],
    ['an e-mail address with marks that nobody sees', 'hunter2\u200b@exam\u00adple.com'],
    ['a home folder', 'ENOENT /home/hunter2/notes of mine.txt'],
    ['a home folder of macOS', '/Users/hunter2/Library/x'],
    ['a home folder of Windows', 'C:\\Users\\hunter2\\AppData'],
    ['a home folder of Windows in JSON', '"C:\\\\Users\\\\hunter2"'],
    ['a home folder with other strokes', 'c:/Users/hunter2/x'],
    ['a home folder, escaped', 'file:///home/hunter2/x'],
    ['a home folder, escaped for a URL', '%2Fhome%2Fhunter2%2Fx'],
    ['a home folder by its sign', '~/hunter2/x'],
    ['a share', '\\\\hunter2\\share\\x'],
    ['a file', 'could not read hunter2 tax return 2025.pdf'],
    ['a sealed value', 'gAAAAABhunter2hunter2hunter2hunter2=='],
    ['an address of a computer', '10.47.11.8:443'],
    ['an address of version 6', '[2001:db8::47:11]:443'],
    ['a telephone number', '+1 (415) 555-0123'],
    ['a telephone number of the country', '415-555-0123'],
    ['an account number', '4111 1111 1111 1111'],
    ['a long number', '41555501234'],
    ['a random string', 'k3'.repeat(14)],
    ['hexadecimal digits', 'deadbeef0123'.repeat(3)],
    ['text in base64', `x ${Buffer.from('hunter2 hunter2').toString('base64')} x`],
    ['text in hexadecimal digits', Buffer.from('hunter2 hunter2').toString('hex')],
    ['a key', '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----'],
    ['a key without its end', '-----BEGIN PRIVATE KEY-----\nhunter2'],
    ['anything long', 'a word of hunter2 '.repeat(200)],
  ])('%s', (_name, text) => {
    const clean = redactText(text)
    const gone = [
      'hunter2',
      'example.com',
      '2001',
      '10.47',
      '555',
      '1111',
      '41555',
      'k3k3',
      'deadbeef',
      'eyJ',
      'aHVud',
      '68756e',
    ]
    for (const secret of gone) expect(clean.toLowerCase()).not.toContain(secret.toLowerCase())
    expect(redactText(clean)).toBe(clean)
  })

  test.each([
    'a word',
    'ECONNRESET',
    'window.navigation-refused',
    'en-GB',
    '1.4.0-beta.2',
    '2026-11-23T12:30:45.000Z',
    '12:30:45',
    '138.0.7204.35',
    '42',
  ])('%s stays', (text) => expect(redactText(text)).toBe(text))

  test('no text takes long, whatever it is made of', () => {
    const parts = [
      'a',
      ' ',
      '@',
      '/',
      '\\',
      '.',
      ':',
      '%40',
      '0',
      '-',
      '"',
      '[',
      'eyJ',
      'password',
      '&#64;',
      '\\u0040',
      'a.pdf',
      '=',
      '1 ',
    ]
    const began = performance.now()
    for (const part of parts) redactText(part.repeat(Math.floor(2000 / part.length)))
    for (const one of parts) for (const other of parts) redactText((one + other).repeat(100))
    expect(performance.now() - began).toBeLessThan(3000)
  })
})

describe('what is taken out of a value', () => {
  const throwing = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('hunter2')
      },
      getPrototypeOf: () => {
        throw new Error('hunter2')
      },
    },
  )
  const circular: { self?: unknown; list: unknown[] } = { list: [] }
  circular.self = circular
  circular.list.push(circular)
  const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => ({ inner }), 'hunter2')

  test.each<[string, unknown, unknown]>([
    [
      'names that say what they hold',
      { password: 'hunter2', refreshToken: 7, Cookie: ['hunter2'] },
      { password: '[secret]', refreshToken: '[secret]', Cookie: '[secret]' },
    ],
    ['names that are secrets themselves', { 'hunter2@example.com': 1 }, { '[email]': 1 }],
    [
      'an error, without its message',
      Object.assign(new TypeError('hunter2'), { code: 'ECONNRESET', path: '/home/hunter2' }),
      { error: 'TypeError', code: 'ECONNRESET' },
    ],
    [
      'an error with its cause',
      new Error('hunter2', { cause: new Error('hunter2', { cause: 'https://hunter2/' }) }),
      { error: 'Error', cause: { error: 'Error', cause: '[url]' } },
    ],
    [
      'an error of a name of its own',
      Object.assign(new Error('x'), { name: 'hunter2', code: 'hunter2' }),
      { error: 'other' },
    ],
    [
      'bytes',
      { body: Buffer.from('hunter2'), more: new Uint8Array(3), most: new ArrayBuffer(2) },
      { body: '[bytes]', more: '[bytes]', most: '[bytes]' },
    ],
    [
      'a map and a set',
      [
        new Map<unknown, unknown>([
          ['token', 'hunter2'],
          ['a', 1],
        ]),
        new Set(['hunter2@x.y']),
      ],
      [['[secret]', ['a', 1]], ['[email]']],
    ],
    [
      'a getter, which is not called',
      Object.defineProperty({}, 'x', { enumerable: true, get: () => 'hunter2' }),
      { x: '[getter]' },
    ],
    [
      'what writes itself, which is not asked',
      { toJSON: () => 'hunter2', toString: () => 'hunter2' },
      { toJSON: '[function]', toString: '[function]' },
    ],
    ['a circle', circular, { list: ['[circular]'], self: '[circular]' }],
    ['what throws when it is looked at', { throwing, ok: 1 }, { throwing: '[unreadable]', ok: 1 }],
    [
      'odd values',
      [undefined, null, NaN, 7n, Symbol('hunter2'), new Date(0), /hunter2/, new URL('https://hunter2/')],
      [null, null, null, '7', '[symbol]', '1970-01-01T00:00:00.000Z', '[pattern]', '[url]'],
    ],
  ])('%s', (_name, value, expected) => {
    const clean = redact(value)
    expect(clean).toEqual(expected)
    expect(redact(clean)).toEqual(clean)
  })

  test('what is deep, wide or huge is cut', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 5000 }, (_none, index) => [`n${index}`, Array.from({ length: 200 }, () => [1])]),
    )
    for (const value of [deep, wide, Array.from({ length: 1e6 }).fill('hunter2@x.y'), 'hunter2 '.repeat(1e6)]) {
      const clean = redact(value)
      expect(JSON.stringify(clean).length).toBeLessThan(400_000)
      expect(JSON.stringify(clean)).not.toContain('hunter2')
      expect(redact(clean)).toEqual(clean)
    }
  })
})
