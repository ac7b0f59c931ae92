import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LogEvent } from '../../src/main/host.ts'
import { readLog } from '../../src/main/support/bundle-log.ts'
import { logEvents, logFields } from '../../src/main/support/log-table.ts'
import { createLog } from '../../src/main/support/log.ts'
import { redact } from '../../src/main/support/redact.ts'
import { createCanaries, createPlanter, encodingNames } from './harness/canaries.ts'
import { createDetector } from './harness/detector.ts'

const canaries = createCanaries(2100, 4711)
const detector = createDetector(canaries)
const names = Object.keys(logFields)
const eventNames = Object.keys(logEvents)
const levels = ['debug', 'info', 'warn', 'error']

/** Calls of the log with canaries in every place that a call has. */
function* calls(): Generator<LogEvent> {
  const { next, planted } = createPlanter(canaries)
  for (let at = 0; planted() < canaries.length * encodingNames.length; at++) {
    const level = at % 50 === 0 ? next() : levels[at % 4]!
    const event = at % 40 === 0 ? next() : eventNames[at % eventNames.length]!
    const fields: Record<string, unknown> = {}
    for (let field = 0; field < 6; field++) fields[names[(at * 6 + field) % names.length]!] = next()
    fields[next()] = next()
    const kind = at % 8
    if (kind === 0) fields['code'] = Object.assign(new Error(next(), { cause: next() }), { code: next() })
    if (kind === 1) fields['name'] = { toString: next, toJSON: next, [Symbol.toPrimitive]: next }
    if (kind === 2) fields['where'] = [next(), { nested: [next()] }]
    if (kind === 3) fields['reason'] = Buffer.from(next())
    if (kind === 4) fields['state'] = new String(next())
    if (kind === 5) fields['message'] = next()
    if (kind === 6) Object.assign(fields, { at: next(), level: next(), event: next() })
    if (kind === 7) Object.setPrototypeOf(fields, { code: next(), reason: next() })
    yield { level, event, fields } as unknown as LogEvent
  }
}

describe('2,100 canaries in every encoding, in every place of a log call', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hestami-canaries-'))
    const { log } = createLog(folder, { debug: true, maxBytes: 8_000_000 })
    for (const call of calls()) log(call)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('none is in the log files', () => {
    const files = readdirSync(folder)
    const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('')
    expect(text.split('\n').length).toBeGreaterThan(4000)
    expect([...detector.find(text)]).toEqual([])
  })

  test('a log without the table would have held them all', () => {
    // Each of them comes up within the first few hundred.
    const text = [...calls()]
      .slice(0, 1000)
      .map((call) => JSON.stringify(call))
      .join('\n')
    expect(detector.find(text.slice(0, 700_000)).size).toBeGreaterThan(2000)
  })

  test('without the table the second net alone stops all that has a form', () => {
    const known = canaries.filter(({ kind }) => !['name', 'message', 'place', 'password'].includes(kind))
    const leaks = known.filter(
      ({ text }) => detector.find(JSON.stringify(redact({ note: `it says ${text}` }))).size > 0,
    )
    expect(leaks.map(({ text }) => text)).toEqual([])
  })
})

test('files that somebody else wrote, line for line full of canaries, leave none in what a bundle takes of them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hestami-canaries-'))
  const { next, planted } = createPlanter(canaries)
  const at = new Date().toISOString()
  const forms: readonly (() => string)[] = [
    () => next(),
    () => JSON.stringify({ at, level: 'info', event: 'app.started', [next()]: next(), code: next(), version: next() }),
    () => JSON.stringify({ at: next(), level: 'info', event: 'app.started' }),
    () => JSON.stringify({ at: `${at}${next()}`, level: 'info', event: 'app.started' }),
    () => JSON.stringify({ at, level: next(), event: next() }),
    () => JSON.stringify({ at, level: 'error', event: 'window.crashed', reason: [next()], fields: { code: next() } }),
    () => JSON.stringify([next()]),
    () => `{"at":"${at}","level":"info","event":"defect","where":"${next().replace(/["\\\n\0]/g, '')}`,
  ]
  const lines: string[] = []
  while (planted() < canaries.length * encodingNames.length) lines.push(forms[lines.length % forms.length]!())
  writeFileSync(join(folder, 'app.log'), lines.join('\n'))
  const paths = { data: folder, logs: folder }
  const logFile = { ...createLog(folder), lost: () => ({ lines: lines.slice(0, 500), count: 500 }) }
  const found = await readLog({ paths, logFile }, 4_000_000)
  expect(found.lines.length).toBeGreaterThan(1000)
  expect(found.crashes.length).toBeGreaterThan(100)
  expect(found.unreadable).toBeGreaterThan(1000)
  expect(detector.find(lines.slice(0, 2500).join('\n')).size).toBeGreaterThan(2000)
  expect([...detector.find(JSON.stringify(found))]).toEqual([])
  rmSync(folder, { recursive: true, force: true })
})
