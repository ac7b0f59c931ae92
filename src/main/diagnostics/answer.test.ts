import { expect, test } from 'vitest'
import { clockOffset, judge, judgeClock } from './answer.ts'
import type { Reply } from './answer.ts'

const reply = (status: number, body: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers,
  body: Buffer.from(body),
})
const html = { 'content-type': 'text/html' }
const judged = (answer: Reply, vouched: boolean): string =>
  judge('platform', answer, { origin: 'https://home.example', vouched }, () => undefined).finding

test('behind a public authority’s certificate nobody in between answers: a page is at the address itself', () => {
  const page = reply(200, '<html>Welcome</html>', html)
  expect([judged(page, false), judged(page, true)]).toEqual(['captive-portal', 'not-the-server'])
  const away = reply(302, '', { location: 'https://login.example/?to=home' })
  expect([judged(away, false), judged(away, true)]).toEqual(['captive-portal', 'not-the-server'])
  expect(judged(reply(302, '', { location: '/login' }), false)).toBe('not-the-server')
})

test('the platform is known by its own refusal, not by any 401', () => {
  expect(judged(reply(401, '{"detail":"Authentication credentials were not provided."}'), true)).toBe('none')
  expect(judged(reply(401, '<html>Who are you?</html>', html), true)).toBe('not-the-server')
  expect(judged(reply(401, '{}'), true)).toBe('not-the-server')
})

test('the clock of a server, as far as its header tells', () => {
  const at = Date.parse('2026-01-01T00:00:00Z')
  const dated = reply(200, '', { date: 'Thu, 01 Jan 2026 00:00:00 GMT' })
  expect(clockOffset(dated, at + 500, at + 500)).toBe(0)
  expect(clockOffset(dated, at + 3_600_000, at + 3_601_000)).toBe(3_600_000)
  expect(clockOffset(reply(200, '', { date: 'soon' }), at, at)).toBe(null)
  expect(clockOffset(reply(200, ''), at, at)).toBe(null)
})

test('a clock that is off against one of two servers is that server’s', () => {
  expect(judgeClock({ platform: 1000, librechat: -1000 }).finding).toBe('none')
  expect(judgeClock({ platform: 600_000, librechat: 601_000 }).finding).toBe('clock-skew')
  expect(judgeClock({ platform: 600_000, librechat: 0 }).finding).toBe('server-clock-skew')
  expect(judgeClock({ platform: null, librechat: -600_000 }).finding).toBe('clock-skew')
})
