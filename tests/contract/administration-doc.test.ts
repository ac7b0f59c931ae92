import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { settingNames, settingsTable } from '../../src/contract/settings.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/administration.md'), 'utf8')
const row = (name: string): string | undefined => page.split('\n').find((line) => line.startsWith(`| \`${name}\``))

test.each(settingNames.filter((name) => settingsTable[name].owner !== 'app'))(
  'administrators read about %s',
  (name) => {
    const found = row(name)
    expect(found).toBeDefined()
    expect(/\| yes +\|$/.test(found ?? '')).toBe(settingsTable[name].owner === 'administrator')
  },
)
test.each(settingNames.filter((name) => settingsTable[name].owner === 'app'))('%s is the app’s own', (name) =>
  expect(row(name)).toBeUndefined(),
)
