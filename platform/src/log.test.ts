import { expect, test } from 'vitest'
import type { LogEvent } from './log.ts'
import { atLeast, logLevels } from './log.ts'

test('lets through its level and above, and audit lines always', () => {
  const heard: LogEvent[] = []
  const log = atLeast('warn', (event) => heard.push(event))
  for (const level of logLevels) log({ level, event: `e.${level}` })
  log({ level: 'info', event: 'audit.librechat-password' })
  expect(heard.map(({ event }) => event)).toEqual(['e.warn', 'e.error', 'audit.librechat-password'])
})
