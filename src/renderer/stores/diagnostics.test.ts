import { expect, test } from 'vitest'
import type { CheckResult } from '../../contract/diagnostics.ts'
import type { Result } from '../../contract/errors.ts'
import type { Api } from '../lib/api.ts'
import { createDiagnosticsStore, stepKey } from './diagnostics.ts'

/** A main that ends its run when it is told to. */
function fake() {
  const runs: { runId: string; askModel: boolean }[] = []
  let tell: (result: CheckResult) => void = () => undefined
  let finish: (result: Result<void>) => void = () => undefined
  let listening = false
  const api = {
    diagnostics: {
      run: async (input: { runId: string; askModel: boolean }) => {
        runs.push(input)
        return await new Promise((resolve) => {
          finish = resolve
        })
      },
      cancel: async () => await Promise.resolve(finish({ ok: true, value: undefined })),
    },
    on: {
      'diagnostics.step': (listener: typeof tell) => {
        tell = listener
        listening = true
        return () => {
          listening = false
        }
      },
    },
  } as unknown as Api
  const step = (patch: Partial<CheckResult> = {}): void =>
    tell({
      runId: runs.at(-1)?.runId ?? '',
      check: 'tcp',
      server: 'platform',
      state: 'ok',
      finding: 'none',
      facts: [],
      ms: 1,
      ...patch,
    })
  return { api, runs, step, finish: (result: Result<void>) => finish(result), listening: () => listening }
}

test('keeps the steps of its own run, one at a time', async () => {
  const main = fake()
  const { store, run, close } = createDiagnosticsStore(main.api)
  const running = run({ mayAsk: true })
  await run({ mayAsk: true })
  expect(main.runs).toHaveLength(1)
  main.step({ state: 'running', ms: null })
  main.step()
  main.step({ runId: crypto.randomUUID(), check: 'tls' })
  expect(Object.keys(store.getState().results)).toEqual([stepKey('tcp', 'platform')])
  main.finish({ ok: true, value: undefined })
  await running
  expect(store.getState()).toMatchObject({ running: false, end: 'done', error: null })
  close()
  expect(main.listening()).toBe(false)
})

test('the model is asked only when it was chosen and may be', async () => {
  const main = fake()
  const { setAskModel, run } = createDiagnosticsStore(main.api)
  for (const [chosen, mayAsk] of [
    [false, true],
    [true, false],
    [true, true],
  ] as const) {
    setAskModel(chosen)
    const running = run({ mayAsk })
    main.finish({ ok: true, value: undefined })
    await running
  }
  expect(main.runs.map(({ askModel }) => askModel)).toEqual([false, false, true])
})

test('being stopped, and a run that could not be, are told apart from an end', async () => {
  const main = fake()
  const { store, run, stop } = createDiagnosticsStore(main.api)
  const running = run({ mayAsk: false })
  main.step({ state: 'skipped', finding: 'cancelled', ms: null })
  await stop()
  await running
  expect(store.getState().end).toBe('stopped')
  const again = run({ mayAsk: false })
  main.finish({ ok: false, error: { code: 'internal', id: 'x1' } })
  await again
  expect(store.getState()).toMatchObject({ error: { code: 'internal' }, results: {} })
})
