import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Result } from '../../contract/errors.ts'
import type { Api } from '../lib/api.ts'
import { createPrinting } from './printing.ts'
import type { Printing } from './printing.ts'
import { createProblemStore } from './problem.ts'

const print = vi.fn<() => void>()
const clear = vi.fn<() => void>()
const savePdf = vi.fn<(input: { title: string }) => Promise<Result<string>>>()
const problem = createProblemStore()
let printing: Printing

beforeEach(() => {
  for (const mock of [print, clear, savePdf]) mock.mockReset()
  problem.reset()
  vi.stubGlobal('print', print)
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => work())
  const api = { app: { savePdf } } as unknown as Api
  printing = createPrinting({ api, problem, title: () => `T${'x'.repeat(300)}`, clear })
})
afterEach(() => void vi.unstubAllGlobals())

test('prints what lies under the panels', () => {
  printing.print()
  expect(clear.mock.invocationCallOrder[0]).toBeLessThan(print.mock.invocationCallOrder[0]!)
})

test('a PDF that the host writes is not printed too', async () => {
  for (const value of ['saved', 'cancelled']) {
    savePdf.mockResolvedValueOnce({ ok: true, value })
    await printing.savePdf()
  }
  expect(print).not.toHaveBeenCalled()
  expect(savePdf.mock.calls[0]?.[0].title).toHaveLength(200)
})

test('a host that writes none leaves it to the print dialog', async () => {
  savePdf.mockResolvedValueOnce({ ok: true, value: 'unavailable' })
  await printing.savePdf()
  expect(print).toHaveBeenCalledOnce()
})

test('why a PDF was not written is told', async () => {
  savePdf.mockResolvedValueOnce({ ok: false, error: { code: 'not-saved', reason: 'full' } })
  await printing.savePdf()
  expect(problem.store.getState().error).toEqual({ code: 'not-saved', reason: 'full' })
  expect(print).not.toHaveBeenCalled()
})

test('the message box gets the focus', () => {
  document.body.innerHTML = '<textarea aria-label="Message"></textarea><button>x</button>'
  document.querySelector('button')?.focus()
  printing.focusComposer()
  expect(document.activeElement?.tagName).toBe('TEXTAREA')
})
