import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

test('every path that docs/architecture.md names exists', () => {
  const text = readFileSync(resolve(root, 'docs/architecture.md'), 'utf8')
  const named = [...text.matchAll(/`((?:src|dev|tests|platform|scripts|bench|tsconfig|\.oxlintrc)[\w./-]*)`/g)].map(
    (m) => m[1]!,
  )
  const linked = [...text.matchAll(/\]\((adr[\w./-]*)\)/g)].map((m) => `docs/${m[1]!}`)
  expect(named.length).toBeGreaterThan(20)
  expect([...named, ...linked].filter((path) => !existsSync(resolve(root, path)))).toEqual([])
})
