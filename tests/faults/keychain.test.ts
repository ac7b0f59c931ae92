import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKeychain } from '../../src/main/keychain/child-keychain.ts'
import { forkWorker } from '../../src/main/keychain/fork-worker.ts'
import type { Keychain } from '../../src/main/keychain/keychain.ts'
import { startBus } from './harness/secret-service.ts'
import type { SecretService } from './harness/secret-service.ts'

const worker = join(import.meta.dirname, '../../src/main/keychain/worker.ts')
const service = 'com.hestami.chat.test'

let bus: SecretService
let keychain: Keychain
const open = (timeout = 10_000): Keychain => createKeychain({ spawn: () => forkWorker(worker, bus.env), timeout })

beforeEach(async () => {
  bus = await startBus()
  keychain = open()
})
afterEach(async () => {
  await keychain.close()
  await bus.close()
})

test('keeps a value over a restart of the keyring and of the worker', async () => {
  await bus.startKeyring()
  const value = `${'ü€🙂'.repeat(20)}${'x'.repeat(1500)}`
  await keychain.set(service, 'a', value)
  expect(await keychain.get(service, 'a')).toBe(value)
  await keychain.close()
  await bus.stopKeyring()
  await bus.startKeyring()
  keychain = open()
  expect(await keychain.get(service, 'a')).toBe(value)
  expect(await keychain.delete(service, 'a')).toBe(true)
  expect(await keychain.get(service, 'a')).toBe(null)
  expect(await keychain.delete(service, 'a')).toBe(false)
})

test('a locked keyring reads as nothing and refuses writing as locked', async () => {
  await bus.startKeyring()
  await keychain.set(service, 'a', 'secret')
  await bus.lock()
  expect(await keychain.get(service, 'a')).toBe(null)
  await expect(keychain.set(service, 'b', 'x')).rejects.toMatchObject({ problem: 'locked' })
})

test('a keyring that was not unlocked at login reads as nothing', async () => {
  await bus.startKeyring()
  await keychain.set(service, 'a', 'secret')
  await bus.stopKeyring()
  await bus.startKeyring('another password')
  expect(await keychain.get(service, 'a')).toBe(null)
  await expect(keychain.set(service, 'b', 'x')).rejects.toMatchObject({ problem: 'locked' })
})

test('no Secret Service is unavailable, at once', async () => {
  const began = performance.now()
  await expect(keychain.get(service, 'a')).rejects.toMatchObject({ problem: 'unavailable' })
  await expect(keychain.set(service, 'a', 'x')).rejects.toMatchObject({ problem: 'unavailable' })
  expect(performance.now() - began).toBeLessThan(8000)
})

test('a service that never answers is given up in time, and the next call gets a new worker', async () => {
  await bus.startSilent()
  await keychain.close()
  keychain = open(700)
  const began = performance.now()
  const both = Promise.allSettled([keychain.get(service, 'a'), keychain.get(service, 'b')])
  let ticks = 0
  const timer = setInterval(() => ticks++, 20)
  const outcomes = await both
  clearInterval(timer)
  expect(
    outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as { problem: string }).problem),
  ).toEqual(['hanging', 'hanging'])
  expect(performance.now() - began).toBeLessThan(6000)
  // The app itself went on all the while.
  expect(ticks).toBeGreaterThan(20)
  await bus.stopKeyring()
  await bus.startKeyring()
  await keychain.close()
  keychain = open()
  await keychain.set(service, 'a', 'back')
  expect(await keychain.get(service, 'a')).toBe('back')
})

test('closing does not wait for a call that hangs', async () => {
  await bus.startSilent()
  const outcome = Promise.allSettled([keychain.get(service, 'a')])
  await sleep(300)
  const began = performance.now()
  await keychain.close()
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { problem: 'unavailable' } }])
  expect(performance.now() - began).toBeLessThan(1000)
})
