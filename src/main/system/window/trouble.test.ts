import { expect, test } from 'vitest'
import { createTroubleTeller, troubleBox } from './trouble.ts'

const troubles = ['crashing', 'no-process', 'changed-files', 'nothing-drawn'] as const

test('each trouble is told differently, says that nothing is lost, and that one can quit', () => {
  const boxes = troubles.map((trouble) => troubleBox(trouble, 'Hestami Chat'))
  expect(new Set(boxes.map(({ message }) => message)).size).toBe(troubles.length)
  expect(new Set(boxes.map(({ detail }) => detail)).size).toBe(troubles.length)
  for (const { message, detail, buttons, cancelId } of boxes) {
    expect(message).toContain('Hestami Chat')
    expect(detail).toContain('Your conversations and drafts are safe.')
    expect(buttons[cancelId]).toBe('Quit')
  }
})

const tellerOf = (...answers: (string | Error)[]) => {
  const done: string[] = []
  const teller = createTroubleTeller('Hestami Chat', {
    choose: async ({ buttons }) => {
      done.push('asked')
      await Promise.resolve()
      const answer = answers.shift() ?? 'Quit'
      if (answer instanceof Error) throw answer
      return buttons.indexOf(answer)
    },
    again: () => void done.push('again'),
    saveBundle: async () => {
      done.push('bundle')
      await Promise.reject(new Error('no room'))
    },
    copyVersion: async () => {
      done.push('copied')
      await Promise.resolve()
    },
    quit: () => void done.push('quit'),
  })
  return { done, teller }
}

test('asks again after what helps support, also when that fails', async () => {
  const { done, teller } = tellerOf('Copy version', 'Save support bundle…', 'Try again')
  await teller.tell('crashing')
  expect(done).toEqual(['asked', 'copied', 'asked', 'bundle', 'asked', 'again'])
})

test('a box that is closed without an answer quits', async () => {
  const { done, teller } = tellerOf('no such button')
  await teller.tell('no-process')
  expect(done).toEqual(['asked', 'quit'])
})

test('one box at a time, and a further one later', async () => {
  const { done, teller } = tellerOf('Try again', 'Try again')
  await Promise.all([teller.tell('crashing'), teller.tell('nothing-drawn')])
  expect(done).toEqual(['asked', 'again'])
  await teller.tell('nothing-drawn')
  expect(done).toEqual(['asked', 'again', 'asked', 'again'])
})

test('a box that cannot be shown does not keep the next one away', async () => {
  const { done, teller } = tellerOf(new Error('no display'), 'Quit')
  await expect(teller.tell('crashing')).rejects.toThrow('no display')
  await teller.tell('crashing')
  expect(done).toEqual(['asked', 'asked', 'quit'])
})
