import { expect, test } from 'vitest'
import { requestNames } from '../../contract/routes.ts'
import { Fault } from '../fault.ts'
import type { LogEvent } from '../host.ts'
import { createDispatch } from './dispatch.ts'
import type { Handlers } from './dispatch.ts'

const logged: LogEvent[] = []
const dispatchWith = (patch: Partial<Record<string, (input: never) => unknown>>): ReturnType<typeof createDispatch> => {
  const handlers = Object.fromEntries(requestNames.map((name) => [name, () => undefined])) as unknown as Handlers
  return createDispatch({
    handlers: { ...handlers, ...patch },
    log: (event) => logged.push(event),
    strict: true,
  })
}

test.each(['constructor', '__proto__', 'toString', 'session', 'session.steal', ''])('%s is no route', async (route) => {
  expect(await dispatchWith({})(route, undefined)).toEqual({ ok: false, error: { code: 'invalid-input', field: null } })
})

test('names the field that is wrong and takes no unknown ones', async () => {
  const dispatch = dispatchWith({})
  expect(await dispatch('session.signIn', { email: 'a@b.c' })).toEqual({
    ok: false,
    error: { code: 'invalid-input', field: 'password' },
  })
  expect(await dispatch('session.signIn', { email: 'a@b.c', password: 'x', admin: true })).toMatchObject({ ok: false })
  expect(await dispatch('session.get', { any: 1 })).toMatchObject({ ok: false })
})

test('a fault crosses as its data', async () => {
  const dispatch = dispatchWith({
    'session.signOut': () => {
      throw new Fault({ code: 'signed-out' }, new Error('canary cause'))
    },
  })
  expect(await dispatch('session.signOut', undefined)).toEqual({ ok: false, error: { code: 'signed-out' } })
})

test('a defect crosses as an id that the log knows, without its message', async () => {
  const dispatch = dispatchWith({
    'session.signOut': () => {
      throw new TypeError('canary token abc')
    },
  })
  const answer = await dispatch('session.signOut', undefined)
  expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } })
  const id = !answer.ok && answer.error.code === 'internal' ? answer.error.id : ''
  expect(logged.at(-1)).toMatchObject({ event: 'defect', fields: { id, route: 'session.signOut', kind: 'TypeError' } })
  expect(JSON.stringify([answer, logged])).not.toContain('canary token')
})

test('where a defect is comes from the app’s own files, never from what an error says of itself', async () => {
  const lies = [
    new Error('look at hunter2 (canary-file.txt:12)'),
    new Error('x\n    at hunter2 (canary-file.ts:12:3)'),
    Object.assign(new Error('x'), { stack: 'Error: x\n    at hunter2 (/home/canary/canary-file.ts:12:3)' }),
    Object.assign(new Error('x'), { name: 'canary-name', stack: 'canary-stack at canary (canary.js:1:2)' }),
    'canary text',
  ]
  for (const thrown of lies) {
    const dispatch = dispatchWith({
      'session.signOut': () => {
        throw thrown
      },
    })
    await dispatch('session.signOut', undefined)
    expect(JSON.stringify(logged.at(-1))).not.toMatch(/canary|hunter2/)
  }
  const own = await dispatchWith({
    'session.signOut': () => {
      throw Object.assign(new Error('x'), { stack: `Error: x\n    at f (${import.meta.dirname}/dispatch.ts:7:3)` })
    },
  })('session.signOut', undefined)
  expect(own).toMatchObject({ ok: false })
  expect(logged.at(-1)).toMatchObject({ fields: { where: 'dispatch.ts:7' } })
})

test('an output that breaks the contract is a defect where outputs are checked', async () => {
  const answer = await dispatchWith({ 'settings.get': () => ({ theme: 'neon' }) })('settings.get', undefined)
  expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } })
})
