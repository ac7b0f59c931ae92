import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const jwtSecret = 'x'.repeat(32)
const encryptionKey = `${randomBytes(32).toString('base64url')}=`

test('nothing set: a database of its own, the contract’s defaults', () => {
  expect(readSettings({ PORT: '', DATABASE_URL: ' ' })).toEqual({
    port: 8050,
    host: '127.0.0.1',
    librechatUrl: 'http://librechat:3080',
    librechatConcurrency: 8,
    encryptionKey: null,
    database: { kind: 'embedded', folder: './.local/platform', jwtSecret: null },
    trustedProxies: [],
    logLevel: 'info',
    metricsToken: null,
    drainSeconds: 0,
    limits: {
      loginsPerAddress: { calls: 30, seconds: 60 },
      loginsPerEmail: { calls: 10, seconds: 900 },
      handOutsPerUser: { calls: 30, seconds: 60 },
    },
  })
})

test('all set', () => {
  const url = 'postgres://platform@database.example/platform'
  const variables = {
    DATABASE_URL: url,
    JWT_SECRET: jwtSecret,
    LIBRECHAT_ENCRYPTION_KEY: `${encryptionKey},${encryptionKey}`,
    LIBRECHAT_API_URL: 'https://chat.example.com/sub',
    LIBRECHAT_CONCURRENCY: '3',
    PORT: '1',
    HOST: '::',
    TRUST_PROXY: 'uniquelocal, 203.0.113.0/24 2001:db8::1',
    LOG_LEVEL: 'warn',
    METRICS_TOKEN: 'a-token-for-prometheus',
    DRAIN_SECONDS: '2.5',
    LOGIN_LIMIT_PER_ADDRESS: 'off',
    LOGIN_LIMIT_PER_EMAIL: '5/2h',
    HANDOUT_LIMIT_PER_USER: '7/10s',
  }
  expect(readSettings(variables)).toEqual({
    port: 1,
    host: '::',
    librechatUrl: 'https://chat.example.com/sub',
    librechatConcurrency: 3,
    encryptionKey: `${encryptionKey},${encryptionKey}`,
    database: { kind: 'url', url, jwtSecret },
    trustedProxies: ['uniquelocal', '203.0.113.0/24', '2001:db8::1'],
    logLevel: 'warn',
    metricsToken: 'a-token-for-prometheus',
    drainSeconds: 2.5,
    limits: {
      loginsPerAddress: null,
      loginsPerEmail: { calls: 5, seconds: 7200 },
      handOutsPerUser: { calls: 7, seconds: 10 },
    },
  })
})

test.each([
  [{ JWT_SECRET: 'hunter2' }, /^JWT_SECRET: must have at least 32 characters$/],
  [{ DATABASE_URL: 'postgres://database.example/x' }, /^JWT_SECRET: must be set/],
  [{ DATABASE_URL: 'mysql://hunter2@database.example/x' }, /^DATABASE_URL: must be a postgres:\/\/ URL$/],
  [{ LIBRECHAT_ENCRYPTION_KEY: `${encryptionKey},hunter2` }, /^LIBRECHAT_ENCRYPTION_KEY: a Fernet key is 32 bytes/],
  [{ PORT: 'many' }, /^PORT: must be a port$/],
  [{ LIBRECHAT_API_URL: 'librechat' }, /^LIBRECHAT_API_URL: must be an http/],
  [{ TRUST_PROXY: '1' }, /^TRUST_PROXY: must be addresses, networks/],
  [{ TRUST_PROXY: 'true' }, /^TRUST_PROXY: must be/],
  [{ TRUST_PROXY: '10.0.0.0/33' }, /^TRUST_PROXY: must be/],
  [{ LOG_LEVEL: 'verbose' }, /^LOG_LEVEL: must be one of debug, info, warn, error$/],
  [{ METRICS_TOKEN: 'hunter2' }, /^METRICS_TOKEN: must have at least 16/],
  [{ DRAIN_SECONDS: 'soon' }, /^DRAIN_SECONDS: must be a number$/],
  [{ LOGIN_LIMIT_PER_EMAIL: '0/1m' }, /^LOGIN_LIMIT_PER_EMAIL: must be like 10\/15m/],
  [{ HANDOUT_LIMIT_PER_USER: '10/min' }, /^HANDOUT_LIMIT_PER_USER: must be like/],
])('refuses %o, without its value', (variables, message) => {
  expect(() => readSettings(variables)).toThrow(message)
  expect(() => readSettings(variables)).not.toThrow(/hunter2/)
})

test('tells everything that is wrong at once', () => {
  expect(() => readSettings({ PORT: 'x', LOG_LEVEL: 'x' })).toThrow(/^PORT: .*\nLOG_LEVEL: .*$/)
})
