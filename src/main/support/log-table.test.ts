import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { logEvents, logFields } from './log-table.ts'

const root = join(import.meta.dirname, '..')
const source = globSync('**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts') && !file.endsWith('log-table.ts'))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n')

test('every event that the source logs is in the table, and every event of the table is logged somewhere', () => {
  const logged = new Set([...source.matchAll(/\blevel: [^{}]*?\bevent: '([^']+)'/g)].map((found) => found[1]!))
  for (const name of ['log.lost', 'log.detailed', 'unlisted']) logged.add(name)
  expect([...logged].sort()).toEqual(Object.keys(logEvents).sort())
})

test('every field of the table is used somewhere', () => {
  const unused = Object.keys(logFields).filter((name) => !new RegExp(`\\b${name}\\b`).test(source))
  expect(unused).toEqual([])
})

test('no field has the name of something that is nobody’s business', () => {
  for (const name of Object.keys(logFields))
    expect(name).not.toMatch(/pass|token|secret|mail|user|text|title|message|body|url|address|host|file/i)
})
