import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from './log.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('secrets are taken out of whatever field they slip into', () => {
  const { log } = createLog(folder)
  log({
    level: 'error',
    event: 'x',
    fields: {
      a: 'Bearer abc.def',
      b: 'eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.c2lnbmF0dXJl',
      c: 'mail demo@example.com',
      d: 'https://chat.example/c/1?token=1',
      e: 'k'.repeat(43),
      ok: 'refused',
    },
  })
  const text = readFileSync(join(folder, 'app.log'), 'utf8')
  for (const canary of ['abc.def', 'eyJ', 'demo@', 'chat.example', 'kkkk']) expect(text).not.toContain(canary)
  expect(JSON.parse(text)).toMatchObject({ level: 'error', event: 'x', ok: 'refused' })
})

test('rotates by size and keeps three old files', () => {
  const { log } = createLog(folder, { maxBytes: 300 })
  for (let at = 0; at < 40; at++) log({ level: 'info', event: 'line', fields: { at } })
  expect(readdirSync(folder).sort()).toEqual(['app.log', 'app.log.1', 'app.log.2', 'app.log.3'])
  expect(readFileSync(join(folder, 'app.log'), 'utf8')).toContain('"at":39')
})

test('leaves out what is below its level', () => {
  const lines: string[] = []
  const { log } = createLog(folder, { level: 'warn', echo: (line) => lines.push(line) })
  log({ level: 'info', event: 'quiet' })
  log({ level: 'warn', event: 'loud' })
  expect(lines).toHaveLength(1)
})
