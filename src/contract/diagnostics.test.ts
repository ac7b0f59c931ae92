import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { finding } from './diagnostics.ts'

test('the support page explains every code', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/support.md'), 'utf8')
  expect(finding.options.filter((code) => !page.includes(`\`${code}\``))).toEqual([])
})
