import { expect, test } from 'vitest'
import { isEmail, normalizeEmail } from './email.ts'

test.each([
  'demo@example.com',
  "d.e-m'o+tag@sub.example.co",
  'demo@localhost',
  'demo@[127.0.0.1]',
  'demo@[::1]',
  '"quoted.@"@example.com',
  'demo@münchen.example',
  'demo@xn--mnchen-3ya.example',
])('takes %s', (email) => expect(isEmail(email)).toBe(true))

test.each([
  '',
  'demo',
  '@example.com',
  'demo@',
  'demo@example',
  'demo@-example.com',
  'demo@example-.com',
  'demo@example..com',
  'demo..demo@example.com',
  'demo @example.com',
  'demo@exam ple.com',
  'demo@[127.0.0.256]',
  'demo@example.c',
  'a@b@example.com',
  `demo@${'a'.repeat(64)}.com`,
  'demo\n@example.com',
])('refuses %j', (email) => expect(isEmail(email)).toBe(false))

test('only the domain is put in lower case', () => {
  expect(normalizeEmail('Demo@EXAMPLE.Com')).toBe('Demo@example.com')
})
