import { beforeEach, expect, test } from 'vitest'
import type { CheckResult } from '../../contract/diagnostics.ts'
import { checkResult } from '../../contract/diagnostics.ts'
import type { LogEvent } from '../host.ts'
import { CheckFault, createSteps, ok } from './step.ts'
import type { Step } from './step.ts'

let told: CheckResult[]
let logged: LogEvent[]
let stop: AbortController
beforeEach(() => {
  told = []
  logged = []
  stop = new AbortController()
})
const steps = () =>
  createSteps({
    runId: crypto.randomUUID(),
    signal: stop.signal,
    emit: (result) => told.push(checkResult.parse(result)),
    log: (event) => logged.push(event),
  })
const step = (work: Step['work'], limit = 1000): Step => ({
  check: 'tcp',
  server: 'platform',
  limit,
  late: 'tcp-timeout',
  work,
})
const never = async (): Promise<never> => await new Promise(() => undefined)

test('a step is told when it begins and when it ends, with what it noted', async () => {
  await steps().run(
    step(async (_signal, note) => {
      note('connected-to', '192.0.2.1:443')
      return await Promise.resolve(ok)
    }),
  )
  expect(told.map(({ state }) => state)).toEqual(['running', 'ok'])
  expect(told[1]).toMatchObject({ facts: [{ name: 'connected-to', value: '192.0.2.1:443' }] })
  expect(logged).toMatchObject([{ event: 'diagnostics.step', fields: { check: 'tcp', state: 'ok', finding: 'none' } }])
})

test('what it noted is kept when it fails, also when its time is over', async () => {
  let given: AbortSignal | undefined
  await steps().run(
    step(async (signal, note) => {
      given = signal
      note('address', 'x')
      return await never()
    }, 20),
  )
  expect(told[1]).toMatchObject({ state: 'failed', finding: 'tcp-timeout', facts: [{ name: 'address', value: 'x' }] })
  expect(given?.aborted).toBe(true)
})

test('a finding that is thrown is the finding; anything else is a defect, in the log by its name alone', async () => {
  await steps().run(step(async () => await Promise.reject(new CheckFault('tcp-refused'))))
  await steps().run(step(async () => await Promise.reject(new TypeError('canary'))))
  expect(told.filter(({ state }) => state === 'failed').map(({ finding }) => finding)).toEqual([
    'tcp-refused',
    'not-checked',
  ])
  expect(logged).toContainEqual(expect.objectContaining({ event: 'diagnostics.defect' }))
  expect(JSON.stringify([told, logged])).not.toContain('canary')
})

test('stopping ends what runs and begins nothing more', async () => {
  const all = steps()
  const running = all.run(step(never))
  stop.abort()
  await running
  await all.run(step(async () => await Promise.resolve(ok)))
  all.skip('answer', 'platform', 'earlier-failed')
  expect(told.map(({ state, finding }) => `${state} ${finding}`)).toEqual([
    'running none',
    'skipped cancelled',
    'skipped cancelled',
    'skipped cancelled',
  ])
})

test('a server cannot forge lines of the report', async () => {
  await steps().run(
    step(async (_signal, note) => {
      note('issuer', `Evil\nHestami: OK\u202e${'x'.repeat(1000)}`)
      for (let at = 0; at < 50; at++) note('error', at)
      return await Promise.resolve(ok)
    }),
  )
  const facts = told[1]?.facts ?? []
  expect(facts.slice(1)).toEqual([{ name: 'error', value: '49' }])
  expect(facts[0]?.value).toMatch(/^Evil Hestami: OK x+$/)
  expect(facts[0]?.value).toHaveLength(300)
})
