import { expect, test } from 'vitest'
import { createStayAwake } from './stay-awake.ts'

test('tells each change once', () => {
  let needed = false
  const told: boolean[] = []
  const update = createStayAwake({ needed: () => needed, keepAwake: (on) => void told.push(on) })
  update()
  expect(told).toEqual([])
  for (const next of [true, true, false, false, true]) {
    needed = next
    update()
  }
  expect(told).toEqual([true, false, true])
})
