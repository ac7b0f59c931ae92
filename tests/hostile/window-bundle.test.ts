import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const assets = join(root, 'out/renderer/assets')
const scripts = (): string[] =>
  readdirSync(assets)
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(assets, name), 'utf8'))
const sources = readdirSync(join(root, 'src/renderer'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
  .map((name) => ({ name, text: readFileSync(join(root, 'src/renderer', name), 'utf8') }))

test('the window holds no schema, no transport and no Electron', () => {
  const bundle = scripts().join('\n')
  expect(bundle.length).toBeGreaterThan(100_000)
  for (const word of ['ZodError', 'invalid_type', 'ipcRenderer', 'node:fs', 'refreshToken'])
    expect(bundle.includes(word)).toBe(false)
})

test('text of a model never becomes HTML or code in the window', () => {
  for (const { name, text } of sources)
    expect([
      name,
      /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write/.test(text),
    ]).toEqual([name, false])
})

test('the window makes no request of its own and keeps nothing in the browser', () => {
  for (const { name, text } of sources)
    expect([
      name,
      /\bfetch\(|XMLHttpRequest|WebSocket|localStorage|sessionStorage|indexedDB|document\.cookie/.test(text),
    ]).toEqual([name, false])
})
