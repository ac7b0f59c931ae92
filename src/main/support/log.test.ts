import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LogEvent } from '../host.ts'
import { allowedLine, readLine } from './log-line.ts'
import { logEvents, logFields } from './log-table.ts'
import { createLog } from './log.ts'
import { redactText } from './redact-text.ts'
import { allWords } from './words.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const text = (name = 'app.log'): string => readFileSync(join(folder, name), 'utf8')
const lines = (name = 'app.log'): Record<string, unknown>[] =>
  text(name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
/** The types would not let through what some of these tests are about. */
const info = (event: string, fields: object = {}): LogEvent => ({ level: 'info', event, fields }) as LogEvent

describe('what is written', () => {
  test('is what the table allows, and the rest is told to developers', () => {
    const refused: string[] = []
    const { log } = createLog(folder, { refused: (what) => refused.push(what) })
    log(info('http.unreachable', { server: 'librechat', reason: 'dns', host: 'chat.example', ms: 12 }))
    log(info('session.secrets', { code: 'hunter2' }))
    expect(lines()).toMatchObject([
      { level: 'info', event: 'http.unreachable', server: 'librechat', reason: 'dns', ms: 12 },
      { event: 'unlisted', code: '?' },
    ])
    expect(text()).not.toMatch(/chat\.example|hunter2|secrets/)
    expect(refused).toEqual(['http.unreachable.host', 'session.secrets', 'unlisted.code'])
  })

  test.each([
    ['code', 'ENOSPC', true],
    ['code', 'SQLITE_CORRUPT_VTAB', true],
    ['code', 'ERR_CONNECTION_REFUSED', true],
    ['code', 'wrong-credentials', true],
    ['code', 'correct-horse', false],
    ['code', 'DEADBEEF', false],
    ['reason', 'crashed', true],
    ['reason', 'hunter2', false],
    ['name', 'TypeError', true],
    ['name', 'Mrs Example', false],
    ['id', '0a1b2c3d', true],
    ['id', '0a1b2c3d4', false],
    ['route', 'chat.send', true],
    ['route', 'chat.tell', false],
    ['path', '/api/messages/:id', true],
    ['path', '/api/messages/42', false],
    ['where', 'turns.ts:111', true],
    ['where', '/home/demo/turns.ts:111', false],
    ['version', '1.2.3-beta.4', true],
    ['version', '1.2.3-hunter.2x', false],
    ['ms', 40, true],
    ['ms', '40', false],
    ['ms', Number.NaN, false],
    ['ms', 4_155_550_123, false],
    ['online', true, true],
    ['online', 'yes', false],
  ])('%s may be %s: %s', (name, value, allowed) => {
    const at = new Date(0).toISOString()
    const { fields } = allowedLine(info('defect', { [name]: value }), at)
    expect(fields).toEqual({ [name]: allowed ? value : '?' })
  })

  test('the second net leaves alone what the table allows', () => {
    for (const word of [...allWords(), ...Object.keys(logEvents), ...Object.keys(logFields), 'turns.ts:111'])
      expect(redactText(word)).toBe(word)
  })

  test('whatever it is given, it writes a line or nothing and never throws', () => {
    const { log } = createLog(folder)
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const throwing = new Proxy(
      {},
      {
        get: () => {
          throw new Error('canary')
        },
        ownKeys: () => {
          throw new Error('canary')
        },
      },
    )
    const odd: unknown[] = [
      null,
      undefined,
      7,
      'text',
      circular,
      throwing,
      { level: 'info', event: 'defect', fields: throwing },
      { level: {}, event: [] },
      { level: 'info', event: 'defect', fields: circular },
    ]
    for (const given of odd) log(given as LogEvent)
    expect(text()).not.toContain('canary')
    expect(lines().length).toBe(odd.length)
  })
})

describe('files', () => {
  test('five files of a bounded size, readable by their owner alone', () => {
    const { log } = createLog(folder, { maxBytes: 500 })
    for (let at = 0; at < 60; at++) log(info('bridge.call', { ms: at }))
    const files = readdirSync(folder).sort()
    expect(files).toEqual(['app.log', 'app.log.1', 'app.log.2', 'app.log.3', 'app.log.4'])
    for (const name of files) {
      const { size, mode } = statSync(join(folder, name))
      expect(size).toBeLessThanOrEqual(500)
      expect(mode & 0o777).toBe(0o600)
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const all = files.toReversed().flatMap((name) => lines(name).map(({ ms }) => ms as number))
    expect(all).toEqual(Array.from({ length: all.length }, (_none, index) => 60 - all.length + index))
  })

  test('permissions that were too wide are put right', () => {
    mkdirSync(join(folder, 'wide'), { mode: 0o755 })
    writeFileSync(join(folder, 'wide/app.log'), '{}\n', { mode: 0o644 })
    chmodSync(join(folder, 'wide'), 0o777)
    createLog(join(folder, 'wide')).log(info('app.started'))
    expect(statSync(join(folder, 'wide')).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'wide/app.log')).mode & 0o777).toBe(0o600)
  })

  test('a line that a crash cut in two does not take the next one with it', () => {
    appendFileSync(join(folder, 'app.log'), '{"at":"2026-01-01T00:00:00.000Z","level":"in')
    createLog(folder).log(info('app.started'))
    const [cut, next] = text().trimEnd().split('\n')
    expect(readLine(cut!)).toBeNull()
    expect(readLine(next!)).toMatchObject({ event: 'app.started' })
  })

  test('goes on where an earlier run ended', () => {
    createLog(folder).log(info('app.started'))
    createLog(folder).log(info('app.quit', { outcome: 'closed' }))
    expect(lines().map(({ event }) => event)).toEqual(['app.started', 'app.quit'])
  })

  test('a full disk loses lines, keeps the newest in memory and says how many, once', () => {
    let full = false
    const append = (path: string, line: string): void => {
      if (full) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      appendFileSync(path, line)
    }
    const file = createLog(folder, { append })
    file.log(info('app.started'))
    full = true
    for (let at = 0; at < 600; at++) file.log(info('cache.failed', { ms: at }))
    expect(file.lost().count).toBe(600)
    expect(file.lost().lines).toHaveLength(500)
    expect(file.lost().lines.at(-1)).toContain('"ms":599')
    full = false
    file.log(info('app.quit'))
    file.log(info('app.quit'))
    expect(lines().map(({ event, lines: count }) => [event, count])).toEqual([
      ['app.started', undefined],
      ['log.lost', 600],
      ['app.quit', undefined],
      ['app.quit', undefined],
    ])
    expect(file.lost()).toEqual({ lines: [], count: 600 })
  })

  test('a folder that is taken away is made again', () => {
    const { log } = createLog(folder)
    log(info('app.started'))
    rmSync(folder, { recursive: true })
    log(info('defect'))
    log(info('app.quit'))
    expect(lines().map(({ event }) => event)).toEqual(['log.lost', 'app.quit'])
  })

  test('nothing is written after the end', () => {
    const { log, close } = createLog(folder)
    log(info('app.quit'))
    close()
    log(info('defect'))
    expect(lines()).toHaveLength(1)
  })
})

describe('the detailed log', () => {
  const hour = 60 * 60_000
  const debug: LogEvent = { level: 'debug', event: 'bridge.call' }
  const events = (): unknown[] => lines().map(({ event }) => event)

  test('is on until the hour that was asked for, and both ends are in the log', () => {
    let now = Date.UTC(2026, 10, 23)
    const { log, setDetailedUntil } = createLog(folder, { now: () => now })
    log(debug)
    setDetailedUntil(now + 2 * hour)
    log(debug)
    now += 3 * hour
    log(debug)
    log(info('app.quit'))
    expect(events()).toEqual(['log.detailed', 'bridge.call', 'app.quit'])
  })

  test('is never on for longer than a day, whoever set it to what', () => {
    const now = Date.UTC(2026, 10, 23)
    const { log, setDetailedUntil } = createLog(folder, { now: () => now })
    for (const until of [now + 25 * hour, now - 1, Infinity, Number.NaN]) {
      setDetailedUntil(until)
      log(debug)
    }
    log(info('app.quit'))
    expect(events()).toEqual(['app.quit'])
    setDetailedUntil(now + 24 * hour)
    setDetailedUntil(null)
    log(debug)
    expect(events()).toEqual(['app.quit', 'log.detailed', 'log.detailed'])
  })

  test('is always on in developer builds, and echoed', () => {
    const echoed: string[] = []
    createLog(folder, { debug: true, echo: (line) => echoed.push(line) }).log(debug)
    expect(events()).toEqual(['bridge.call'])
    expect(`${echoed.join('\n')}\n`).toBe(text())
  })
})
