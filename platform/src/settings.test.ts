import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const jwtSecret = 'x'.repeat(32)

test('nothing set: a database of its own, the contract’s defaults', () => {
  expect(readSettings({ PORT: '', DATABASE_URL: ' ' })).toEqual({
    port: 8050,
    host: '127.0.0.1',
    librechatUrl: 'http://librechat:3080',
    encryptionKey: null,
    database: { kind: 'embedded', folder: './.local/platform', jwtSecret: null },
  })
})

test('all set', () => {
  const url = 'postgres://platform@database.example/platform'
  const variables = { DATABASE_URL: url, JWT_SECRET: jwtSecret, LIBRECHAT_ENCRYPTION_KEY: 'key', PORT: '1', HOST: '::' }
  expect(readSettings({ ...variables, LIBRECHAT_API_URL: 'https://chat.example.com/sub' })).toEqual({
    port: 1,
    host: '::',
    librechatUrl: 'https://chat.example.com/sub',
    encryptionKey: 'key',
    database: { kind: 'url', url, jwtSecret },
  })
})

test.each([
  [{ JWT_SECRET: 'hunter2' }, /^JWT_SECRET: must have at least 32 characters$/],
  [{ DATABASE_URL: 'postgres://database.example/x' }, /^JWT_SECRET: must be set/],
  [{ PORT: 'many' }, /^PORT: /],
  [{ LIBRECHAT_API_URL: 'librechat' }, /^LIBRECHAT_API_URL: /],
])('refuses %o, without its value', (variables, message) => {
  expect(() => readSettings(variables)).toThrow(message)
  expect(() => readSettings(variables)).not.toThrow(/hunter2/)
})
