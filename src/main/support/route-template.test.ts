import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isRoute, routeTemplate } from './route-template.ts'

test.each([
  ['/api/convos?limit=25&cursor=abc', '/api/convos'],
  ['/api/messages/8f14e45f-ceea-467f-a0c2-0f3c1b2a3d4e', '/api/messages/:id'],
  ['/api/agents/chat/stream/hunter2#x', '/api/agents/chat/stream/:id'],
  ['/api/agents/chat/my%20secret%20endpoint', '/api/agents/chat/:id'],
  ['/images/65f/private photo.png', '/images/:id/:id'],
  ['https://user:pass@chat.example/api/config', '//:id/api/config'],
  ['demo@example.com', '/'],
  ['', '/'],
])('%s', (path, expected) => {
  expect(routeTemplate(path)).toBe(expected)
  expect(isRoute(expected)).toBe(true)
})

test('a path with anything unknown in it is no template', () => {
  for (const path of ['/api/messages/hunter2', '/api/config?x=1', 'api', '/a b', 7, null])
    expect(isRoute(path)).toBe(false)
})

test('a path of endless parts is cut', () => expect(routeTemplate('/api'.repeat(5000)).length).toBeLessThan(60))

test('every path in the source is its own template, but for what is filled in', () => {
  const root = join(import.meta.dirname, '..')
  const paths = globSync('{librechat,session,diagnostics}/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/['"`](\/(?:api|readyz)[^'"`]*)['"`]/g)])
    .map((found) => found[1]!.replace(/\?.*/, '').replace(/\$\{[^}]*\}/g, ':id'))
  expect(paths.length).toBeGreaterThan(20)
  for (const path of paths) expect(routeTemplate(path)).toBe(path)
})
