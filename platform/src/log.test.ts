import { expect, test } from 'vitest'
import type { LogEvent } from './log.ts'
import { atLeast, errorFields, logLevels } from './log.ts'

test('lets through its level and above, and audit lines always', () => {
  const heard: LogEvent[] = []
  const log = atLeast('warn', (event) => heard.push(event))
  for (const level of logLevels) log({ level, event: `e.${level}` })
  log({ level: 'info', event: 'audit.librechat-password' })
  expect(heard.map(({ event }) => event)).toEqual(['e.warn', 'e.error', 'audit.librechat-password'])
})

test("what is told of an error has its place, under another name than a line's time", () => {
  for (const thrown of [new Error('secret'), 'secret']) {
    expect(errorFields(thrown)).not.toHaveProperty('at')
    expect(JSON.stringify(errorFields(thrown))).not.toContain('secret')
  }
  expect(errorFields(new Error('secret'))).toEqual({
    name: 'Error',
    code: null,
    where: expect.stringMatching(/^log\.test\.ts:\d+$/),
  })
})
