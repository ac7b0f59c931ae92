import { describe, expect, test } from 'vitest'
import { bundleSummary } from '../../contract/support.ts'
import { flavours } from '../flavour.ts'
import { createDebug } from './debug.ts'
import { readBundle } from './read-bundle.ts'

const header = {
  section: 'header',
  format: 1,
  writtenAt: 1_795_000_000_000,
  version: '1.4.0',
  flavour: 'production',
  channel: 'stable',
  build: '3f2a1c9 (2026-11-20)',
  host: 'electron',
  platform: 'win32',
  arch: 'x64',
  system: '10.0.26100',
  electron: '45.4.1',
  chromium: '152.0.0',
  node: '24.1.0',
  locale: 'en-GB',
  utcOffset: 0,
  uptime: 10,
  memory: 8000,
  used: 200,
  servers: { platform: 'https', librechat: 'https' },
}
const exchange = {
  section: 'exchange',
  id: 1,
  server: 'librechat',
  method: 'GET',
  route: '/api/messages/:id',
  startedAt: 1_795_000_000_000,
  connectMs: 4,
  headersMs: 12,
  firstByteMs: 13,
  endMs: 20,
  longestGapMs: 3,
  chunks: 4,
  status: 502,
  content: 'html',
  sentBytes: 0,
  receivedBytes: 4000,
  fault: null,
  said: 'server-error',
  injected: false,
}
const end = { section: 'end', lines: 2, tooOld: 0, unreadable: 1, removed: 3 }
const text = (...lines: (object | string)[]): string =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')

const debug = createDebug({
  host: { flavour: flavours.debug, replay: null },
  replay: undefined,
  emit: () => undefined,
})!

test('a bundle in short: what ran, what went wrong, what a replay would do', () => {
  const summary = bundleSummary.parse(debug.openBundle(text(header, exchange, end)))
  expect(summary).toMatchObject({
    version: '1.4.0',
    flavour: 'production',
    platform: 'win32',
    system: '10.0.26100',
    exchanges: 1,
    unreadable: 1,
    removed: 3,
    problems: [{ kind: 'exchange', trouble: 'refused', status: 502, route: '/api/messages/:id', count: 1 }],
    rules: [
      {
        server: 'librechat',
        method: 'GET',
        route: '/api/messages/:id',
        effect: { kind: 'answer', status: 502, content: 'html', said: 'server-error' },
        times: null,
      },
    ],
    replayable: false,
  })
})

test('a byte order mark, Windows line ends and empty lines do no harm', () =>
  expect(readBundle(`\ufeff${text(header, exchange, end).replaceAll('\n', '\r\n\r\n')}\r\n`)).toMatchObject({
    exchanges: [{ id: 1 }],
    unreadable: 0,
  }))

test('nothing can be replayed where the host cannot', async () => {
  await expect(debug.replay(text(header))).rejects.toMatchObject({ error: { code: 'forbidden' } })
})

describe('hostile', () => {
  test.each([
    ['nothing', ''],
    ['a page', '<!DOCTYPE html>\n<html></html>'],
    ['a number', '1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no header first', text(exchange, header)],
    ['another format', text({ ...header, format: 2 })],
    ['a header with more in it', text({ ...header, extra: 1 })],
    ['a header with a prototype', text(JSON.stringify(header).replace('{', '{"__proto__":{"format":1},'))],
    ['only a prototype', text('{"__proto__":{"section":"header","format":1}}')],
    ['a version that is a text', text({ ...header, version: '1.0.0<script>' })],
    ['a platform that is a path', text({ ...header, platform: '../../x' })],
    ['a header that does not end', JSON.stringify(header).slice(0, -1)],
  ])('%s is no bundle', (_what, given) => {
    const failure = expect.objectContaining({ error: { code: 'invalid-input', field: 'text' } })
    expect(() => readBundle(given)).toThrow(failure)
  })

  test.each([
    ['a section of nobody', { section: 'constructor' }],
    ['a route with a query', { ...exchange, route: '/api/messages?token=x' }],
    ['a route to elsewhere', { ...exchange, route: 'https://evil.example/' }],
    ['a route with wildcards', { ...exchange, route: '/**' }],
    ['a method of nobody', { ...exchange, method: 'GET / HTTP/1.1' }],
    ['a time before time', { ...exchange, headersMs: -1 }],
    ['a time that is none', text(JSON.stringify(exchange).replace('"headersMs":12', '"headersMs":1e999'))],
    ['a verdict of nobody', { ...exchange, said: '__proto__' }],
    ['a fault with words', { ...exchange, fault: 'see https://evil.example' }],
    ['more than there should be', { ...exchange, url: 'https://evil.example' }],
    ['a prototype', text(JSON.stringify(exchange).replace('{', '{"__proto__":{"polluted":true},'))],
    ['half a line', JSON.stringify(exchange).slice(0, 60)],
    ['no JSON', 'exchange'],
    ['a line without end', `{"section":"exchange","x":"${'x'.repeat(30_000)}"}`],
    ['a deep one', `{"section":"exchange","x":${'['.repeat(9000)}${']'.repeat(9000)}}`],
  ])('%s is left out, counted, and leaves no trace', (_what, line) => {
    const found = readBundle(text(header, line, exchange, end))
    expect([found.exchanges.length, found.unreadable]).toEqual([1, 1])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test.each([
    ['lines of nothing', text(header, '{}\n'.repeat(2_600_000))],
    ['one line', `${text(header)}\n${'['.repeat(7_900_000)}`],
    ['exchanges', text(header, `${JSON.stringify(exchange)}\n`.repeat(25_000))],
    ['empty lines', text(header, '\n'.repeat(7_900_000))],
  ])('8 MB of %s are read in less than 3 s', (_what, given) => {
    const began = performance.now()
    const summary = bundleSummary.parse(debug.openBundle(given))
    expect(performance.now() - began).toBeLessThan(3000)
    expect(summary.exchanges).toBeLessThanOrEqual(3000)
  })
})
