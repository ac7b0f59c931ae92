import { expect, test } from 'vitest'
import { createProblemStore } from './problem.ts'

test('a failure is told until something goes well or it is dismissed', async () => {
  const problem = createProblemStore()
  await problem.watch(Promise.resolve({ ok: false, error: { code: 'link-refused' } }))
  expect(problem.store.getState().error).toEqual({ code: 'link-refused' })
  await problem.watch(Promise.resolve({ ok: true, value: null }))
  expect(problem.store.getState().error).toBe(null)
  await problem.watch(Promise.resolve({ ok: false, error: { code: 'forbidden' } }))
  problem.dismiss()
  expect(problem.store.getState().error).toBe(null)
})

test('what was cancelled is no problem', async () => {
  const problem = createProblemStore()
  await problem.watch(Promise.resolve({ ok: false, error: { code: 'cancelled' } }))
  expect(problem.store.getState().error).toBe(null)
})
