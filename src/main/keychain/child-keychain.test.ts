import { expect, test } from 'vitest'
import { createKeychain } from './child-keychain.ts'
import type { WorkerPort } from './child-keychain.ts'

interface Request {
  readonly id: number
  readonly op: string
}

/** A worker that answers as told; `answers` is asked per request, undefined means never. */
function fakeWorker(answers: (request: Request) => object | 'exit' | undefined): {
  spawn: () => WorkerPort
  spawned: () => number
  log: string[]
} {
  let spawned = 0
  const log: string[] = []
  return {
    log,
    spawned: () => spawned,
    spawn() {
      const name = ++spawned
      let onMessage: (message: unknown) => void = () => undefined
      let onExit: () => void = () => undefined
      return {
        post(message) {
          const request = message as Request
          log.push(`${name}:${request.op}`)
          const answer = answers(request)
          if (answer === 'exit') queueMicrotask(() => onExit())
          else if (answer !== undefined) setTimeout(() => onMessage({ id: request.id, ...answer }), 1)
        },
        onMessage: (listener) => {
          onMessage = listener
        },
        onExit: (listener) => {
          onExit = listener
        },
        kill: () => log.push(`${name}:killed`),
      }
    },
  }
}

test('one call at a time, in order, in one worker', async () => {
  let running = 0
  let most = 0
  const { spawn, spawned, log } = fakeWorker(() => {
    running++
    most = Math.max(most, running)
    setTimeout(() => running--, 0)
    return { value: 'v' }
  })
  const keychain = createKeychain({ spawn })
  const all = await Promise.all([keychain.get('s', 'a'), keychain.set('s', 'a', 'x'), keychain.get('s', 'b')])
  expect(all).toEqual(['v', undefined, 'v'])
  expect([spawned(), most, log]).toEqual([1, 1, ['1:get', '1:set', '1:get']])
  await keychain.close()
})

test('a call that is not answered is given up and its worker killed', async () => {
  let silent = true
  const { spawn, log } = fakeWorker(() => (silent ? undefined : { value: 'v' }))
  const keychain = createKeychain({ spawn, timeout: 20 })
  await expect(keychain.get('s', 'a')).rejects.toMatchObject({ problem: 'hanging' })
  silent = false
  expect(await keychain.get('s', 'a')).toBe('v')
  expect(log).toEqual(['1:get', '1:killed', '2:get'])
  await keychain.close()
})

test('a worker that dies is unavailable, and the next call gets another', async () => {
  let dying = true
  const { spawn } = fakeWorker(() => (dying ? 'exit' : { value: 'v' }))
  const keychain = createKeychain({ spawn })
  await expect(keychain.get('s', 'a')).rejects.toMatchObject({ problem: 'unavailable' })
  dying = false
  expect(await keychain.get('s', 'a')).toBe('v')
  await keychain.close()
})

test('a service that went away after it had served is looked for once more', async () => {
  let calls = 0
  const { spawn, log } = fakeWorker(() => {
    calls++
    return calls === 2 ? { error: 'The name :1.2 was not provided by any .service files' } : { value: 'v' }
  })
  const keychain = createKeychain({ spawn })
  await keychain.get('s', 'a')
  expect(await keychain.get('s', 'a')).toBe('v')
  expect(log).toEqual(['1:get', '1:get', '1:killed', '2:get'])
  await keychain.close()
})

test.each([
  ['Cannot create an item in a locked collection', 'locked'],
  ['User interaction is not allowed.', 'locked'],
  ['The user name or passphrase you entered is not correct.', 'locked'],
  ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'unavailable'],
])('"%s" means %s', async (error, problem) => {
  const keychain = createKeychain({ spawn: fakeWorker(() => ({ error })).spawn })
  await expect(keychain.set('s', 'a', 'x')).rejects.toMatchObject({ problem })
  await keychain.close()
})
