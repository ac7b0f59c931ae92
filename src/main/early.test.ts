import { expect, test, vi } from 'vitest'
import { createEarly } from './early.ts'

test('what was begun answers the first question, and the second is asked anew', async () => {
  let count = 0
  const early = createEarly(async () => await Promise.resolve(++count))
  early.begin()
  expect(await early.get()).toBe(1)
  expect(await early.get()).toBe(2)
})

test('what is too old, or failed, or was cleared, is not used', async () => {
  let count = 0
  const load = vi.fn(async () => {
    count++
    if (count === 2) throw new Error('no')
    return await Promise.resolve(count)
  })
  const early = createEarly(load, { life: 20 })
  early.begin()
  await new Promise((resolve) => setTimeout(resolve, 40))
  await expect(early.get()).rejects.toThrow('no')
  expect(await early.get()).toBe(3)
  early.begin()
  early.clear()
  expect(await early.get()).toBe(5)
})

test('a failure that nobody asked for disturbs nobody', async () => {
  const early = createEarly(async () => await Promise.reject(new Error('unseen')))
  early.begin()
  await new Promise((resolve) => setTimeout(resolve, 10))
})

test('shared: many questions at once are one fetch', async () => {
  let count = 0
  const shared = createEarly(async () => await Promise.resolve(++count), { once: false })
  expect(await Promise.all([shared.get(), shared.get(), shared.get()])).toEqual([1, 1, 1])
})
