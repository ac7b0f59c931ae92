import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { bundleLine } from '../../src/contract/bundle-lines.ts'
import type { Result } from '../../src/contract/errors.ts'
import type { SupportBundle } from '../../src/contract/support.ts'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

let app: Launched
beforeAll(ensureBuilt)
afterEach(async () => await app.close())

const bundle = async (): Promise<SupportBundle> => {
  const made = (await app.does.invoke('page', 'support.bundle', undefined)) as Result<SupportBundle>
  if (!made.ok) throw new Error(made.error.code)
  return made.value
}

test('the built app makes a bundle of its log, which is private and without details', async () => {
  app = await launch({ version: '1.2.3' })
  await app.does.opened()
  const made = await bundle()
  const lines = made.lines.map((line) => bundleLine.parse(JSON.parse(line)))
  expect(lines[0]).toMatchObject({ section: 'header', version: '1.2.3', flavour: 'production', host: 'electron' })
  const log = lines.filter((line) => line.section === 'log')
  expect(log.map(({ event }) => event)).toEqual(expect.arrayContaining(['app.started', 'session.phase']))
  expect(log.map(({ level }) => level)).not.toContain('debug')
  const file = join(app.folder, 'Hestami Chat', 'logs', 'app.log')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).not.toContain(app.folder)
  expect(made.lines.join('\n')).not.toContain(app.folder)
  expect(app.output()).not.toContain('session.phase')
})

test('the debug flavour logs everything, and says it in the terminal too', async () => {
  app = await launch({ version: '1.2.3-debug.1' })
  await app.does.opened()
  await bundle()
  const levels = (await bundle()).lines.map((line) => (JSON.parse(line) as { level?: string }).level)
  expect(levels).toContain('debug')
  await expect.poll(() => app.output()).toContain('"event":"bridge.call"')
  expect(app.output()).not.toContain('not logged:')
})
