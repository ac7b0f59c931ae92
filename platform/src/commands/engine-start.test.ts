import { expect, test } from 'vitest'
import type { Provisioning } from '../provisioning/start.ts'
import { untilEngineRuns } from './engine-start.ts'

const never = new Promise<void>(() => undefined)
const engine = (
  started: Promise<void>,
  state: ReturnType<Provisioning['engineState']>,
): Pick<Provisioning, 'engineStarted' | 'engineState'> => ({ engineStarted: started, engineState: () => state })
const nobody = new AbortController().signal

test('an engine that does not start is told, not waited for', async () => {
  await expect(untilEngineRuns(engine(never, 'down'), 30, nobody)).rejects.toThrow('the engine does not start')
  await expect(untilEngineRuns(engine(never, 'starting'), 30, nobody)).rejects.toThrow('the engine does not start')
})

test('one that runs is enough, also when it is still busy with an earlier run', async () => {
  await untilEngineRuns(engine(Promise.resolve(), 'running'), 10_000, nobody)
  await untilEngineRuns(engine(never, 'running'), 30, nobody)
})

test('an interrupt ends the wait', async () => {
  const interrupt = new AbortController()
  const waiting = untilEngineRuns(engine(never, 'starting'), 10_000, interrupt.signal)
  interrupt.abort()
  await waiting
  await untilEngineRuns(engine(never, 'starting'), 10_000, interrupt.signal)
})

test('why it could not start is passed on', async () => {
  await expect(untilEngineRuns(engine(Promise.reject(new Error('broken')), 'down'), 30, nobody)).rejects.toThrow(
    'broken',
  )
})
