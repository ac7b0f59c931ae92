import { expect, test } from 'vitest'
import { faultRule } from '../../contract/support.ts'
import type { FaultRule } from '../../contract/support.ts'
import { createInjector, matchesRoute } from './injector.ts'

const rule = (patch: Partial<FaultRule>): FaultRule =>
  faultRule.parse({
    id: crypto.randomUUID(),
    server: null,
    method: null,
    route: '/**',
    waitMs: 0,
    effect: { kind: 'none' },
    times: null,
    ...patch,
  })

test.each([
  ['/api/convos', '/api/convos', true],
  ['/api/convos', '/api/convos/:id', false],
  ['/api/convos/*', '/api/convos/:id', true],
  ['/api/convos/*', '/api/convos', false],
  ['/api/agents/chat/:id', '/api/agents/chat/abort', false],
  ['/api/*/chat/abort', '/api/agents/chat/abort', true],
  ['/api/agents/**', '/api/agents/chat/stream/:id', true],
  ['/api/agents/**', '/api/agents', false],
  ['/api/users/login/', '/api/users/login/', true],
  ['/api/users/login', '/api/users/login/', false],
  ['/**', '/', true],
  ['/**', '/readyz', true],
])('%s is for %s: %s', (wanted, route, expected) => expect(matchesRoute(wanted, route)).toBe(expected))

test('the first rule that matches and has times left applies, and is gone after its last', () => {
  const twice = rule({ server: 'librechat', method: 'GET', route: '/api/convos', times: 2 })
  const ever = rule({ effect: { kind: 'unreachable', reason: 'offline' } })
  const injector = createInjector([twice, ever])
  const take = (): string | undefined => injector.take('librechat', 'GET', '/api/convos')?.id
  expect(injector.take('librechat', 'POST', '/api/convos')?.id).toBe(ever.id)
  expect(injector.take('platform', 'GET', '/api/convos')?.id).toBe(ever.id)
  expect(take()).toBe(twice.id)
  expect(injector.rules()).toEqual([{ ...twice, times: 1 }, ever])
  expect([take(), take(), take()]).toEqual([twice.id, ever.id, ever.id])
  expect(injector.rules()).toEqual([ever])
  injector.set([])
  expect(take()).toBeUndefined()
})

test.each(['api/convos', '', 'https://chat.example/api', '/api/x?y', '/api/a b', '/<script>'])(
  'a rule for %j is none',
  (route) => expect(faultRule.safeParse({ ...rule({}), route }).success).toBe(false),
)
