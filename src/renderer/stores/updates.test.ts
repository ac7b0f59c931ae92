import { expect, test } from 'vitest'
import type { Result } from '../../contract/errors.ts'
import type { RestartAnswer, UpdateInfo, UpdateOutcome, UpdateState, UpdateStatus } from '../../contract/updates.ts'
import type { Api } from '../lib/api.ts'
import { createUpdatesStore, newsOf } from './updates.ts'

const update: UpdateInfo = { version: '1.5.0', size: 1000, releasedAt: 7, notes: 'Better' }
const ready: UpdateStatus = { phase: 'ready', update }
const idle: UpdateStatus = { phase: 'idle', checkedAt: null }
const state = (status: UpdateStatus, outcome: UpdateOutcome | null = null): UpdateState => ({ status, outcome })

/** A main that answers restarts as it is told to, and writes down what it was asked. */
function fake(first: UpdateState = state(ready)) {
  const asked: string[] = []
  const answers: Result<RestartAnswer>[] = []
  const listeners = new Set<(next: UpdateState) => void>()
  let duringRestart: UpdateState | null = null
  const done = (name: string) => async (): Promise<Result<void>> => {
    asked.push(name)
    return await Promise.resolve({ ok: true, value: undefined })
  }
  const api = {
    updates: {
      get: async () => await Promise.resolve({ ok: true, value: first }),
      check: done('check'),
      download: done('download'),
      cancel: done('cancel'),
      dismissOutcome: done('dismiss'),
      restart: async ({ force }: { force: boolean }) => {
        asked.push(force ? 'restart by force' : 'restart')
        if (duringRestart !== null) for (const listener of listeners) listener(duringRestart)
        return await Promise.resolve(answers.shift())
      },
    },
    on: {
      'updates.changed': (listener: (next: UpdateState) => void) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  } as unknown as Api
  const updates = createUpdatesStore(api, () => asked.push('save the draft'))
  return {
    updates,
    asked,
    listeners,
    answers: (value: RestartAnswer) => answers.push({ ok: true, value }),
    fails: () => answers.push({ ok: false, error: { code: 'internal', id: 'x' } }),
    tellDuringRestart: (next: UpdateState) => (duringRestart = next),
    tell: (next: UpdateState) => listeners.forEach((listener) => listener(next)),
    view: () => updates.store.getState(),
  }
}

test('what main tells while it is being asked is newer than the answer', async () => {
  const main = fake(state(idle))
  const loading = main.updates.load()
  main.tell(state(ready))
  await loading
  expect(main.view().state?.status.phase).toBe('ready')
  main.updates.close()
  expect(main.listeners.size).toBe(0)
})

test('answers that a restart would stop are asked about; the draft is saved before every attempt', async () => {
  const main = fake()
  await main.updates.load()
  main.answers({ kind: 'busy', answers: 2 })
  await main.updates.restart(false)
  expect(main.view()).toMatchObject({ stops: 2, restarting: false })
  main.updates.stay()
  expect(main.view().stops).toBeNull()
  main.answers({ kind: 'restarting' })
  await main.updates.restart(true)
  await main.updates.restart(true)
  expect(main.view()).toMatchObject({ stops: null, restarting: true })
  expect(main.asked).toEqual(['save the draft', 'restart', 'save the draft', 'restart by force'])
})

test('the question goes when there is nothing to install any more', async () => {
  const main = fake()
  await main.updates.load()
  main.answers({ kind: 'busy', answers: 1 })
  await main.updates.restart(false)
  main.tell(state(idle))
  expect(main.view().stops).toBeNull()
})

test('a restart that does not come about says why, before or after main answered', async () => {
  const main = fake()
  await main.updates.load()
  const failed = state({ phase: 'failed', update, problem: 'damaged' })
  main.tellDuringRestart(failed)
  main.answers({ kind: 'not-ready' })
  await main.updates.restart(false)
  expect(main.view()).toMatchObject({ notRestarted: 'damaged', restarting: false })

  main.tellDuringRestart(state(ready))
  main.answers({ kind: 'restarting' })
  await main.updates.restart(false)
  expect(main.view()).toMatchObject({ notRestarted: null, restarting: true })
  main.tell(state({ phase: 'failed', update, problem: 'not-installed' }))
  expect(main.view()).toMatchObject({ notRestarted: 'not-installed', restarting: false })
  await main.updates.check()
  expect(main.view().notRestarted).toBeNull()
})

test('a request that main does not take is told', async () => {
  const main = fake()
  await main.updates.load()
  main.fails()
  await main.updates.restart(false)
  expect(main.view()).toMatchObject({ restarting: false, error: { code: 'internal' } })
  main.updates.forgetProblem()
  expect(main.view().error).toBeNull()
})

test('a failed check is not taken for a failed restart', async () => {
  const main = fake(state(idle))
  await main.updates.load()
  main.tell(state({ phase: 'failed', update: null, problem: 'unreachable' }))
  expect(main.view().notRestarted).toBeNull()
})

test('a notice that is put off stays away for that version alone', async () => {
  const main = fake()
  await main.updates.load()
  main.updates.putOff()
  expect(main.view().later).toBe('1.5.0')
})

test('the notes of what was just installed can be read after the notice is gone, below those of the next version', async () => {
  const outcome = { kind: 'updated', from: '1.3.0', to: '1.4.0', notes: 'Good' } as const
  const main = fake(state(idle, outcome))
  await main.updates.load()
  await main.updates.dismissOutcome()
  main.tell(state(idle))
  expect(newsOf(main.view())).toEqual([{ version: '1.4.0', installed: true, releasedAt: null, notes: 'Good' }])
  main.tell(state(ready))
  expect(newsOf(main.view()).map(({ version, installed }) => [version, installed])).toEqual([
    ['1.5.0', false],
    ['1.4.0', true],
  ])
  expect(newsOf({ state: state({ phase: 'failed', update: null, problem: 'halted' }), installed: null })).toEqual([])
})
