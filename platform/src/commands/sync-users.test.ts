import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { AccountRecord } from '../provisioning/accounts.ts'
import type { ProvisioningState } from '../provisioning/state.ts'
import type { LegacyUser, SyncState } from './legacy-users.ts'
import type { SyncParts, SyncResult } from './sync-users.ts'
import { syncUsers } from './sync-users.ts'

const user = (id: string, sync: SyncState = 'not-synced'): LegacyUser => ({
  id,
  email: `${id}@example.com`,
  userRole: 'STAFF',
  joined: new Date(0),
  sync,
  state: null,
})
const people = (count: number, sync?: SyncState): LegacyUser[] =>
  Array.from({ length: count }, (_, index) => user(`user-${index}`, sync))
async function* pages(users: LegacyUser[]): AsyncGenerator<LegacyUser[]> {
  for (let at = 0; at < users.length; at += 100) yield users.slice(at, at + 100)
}

/** An engine that needs a while for each, and gives each the end that `endOf` says; null: none, ever. */
function engine(endOf: (id: string, rotated: boolean) => { state: ProvisioningState; attempts?: number } | null): {
  parts: Pick<SyncParts, 'accounts' | 'requests'>
  asked: { provision: string[]; rotate: string[]; most: number }
} {
  const records = new Map<string, { at: number; rotated: boolean }>()
  const asked = { provision: [] as string[], rotate: [] as string[], most: 0 }
  let open = 0
  const ask = (kind: 'provision' | 'rotate') => async (ids: readonly string[]) => {
    asked[kind].push(...ids)
    for (const id of ids) records.set(id, { at: performance.now() + 15, rotated: kind === 'rotate' })
    open += ids.length
    asked.most = Math.max(asked.most, open)
  }
  const toRecord = (id: string): AccountRecord => {
    const record = records.get(id)!
    const end = performance.now() >= record.at ? endOf(id, record.rotated) : null
    if (end) open--
    return {
      userId: id,
      state: end?.state ?? 'requested',
      httpStatus: null,
      attempts: end?.attempts ?? 0,
      registeredAt: null,
      changedAt: new Date(),
      nextPasswordEncrypted: null,
    }
  }
  const accounts = { findMany: async (ids: readonly string[]) => ids.map(toRecord) }
  return { parts: { accounts, requests: { provision: ask('provision'), rotate: ask('rotate') } }, asked }
}
const run = (
  users: LegacyUser[],
  parts: Pick<SyncParts, 'accounts' | 'requests'>,
  changes: Partial<SyncParts> = {},
): Promise<SyncResult> =>
  syncUsers(pages(users), {
    ...parts,
    stillEligible: async (ids) => new Set(ids),
    batchSize: 10,
    force: false,
    stall: 400,
    polling: 5,
    interrupted: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  })

test('everybody, a few batches at a time, and on past those who fail', async () => {
  const { parts, asked } = engine((id) => ({ state: id.endsWith('7') ? 'refused' : 'provisioned' }))
  const shown: number[] = []
  const users = people(123)
  const result = await run(users, parts, { onProgress: (done) => shown.push(done) })
  expect(result).toMatchObject({ done: 123, open: [], cut: null })
  expect(result.failed.map(({ user }) => user.id)).toEqual(users.map(({ id }) => id).filter((id) => id.endsWith('7')))
  expect(asked.provision).toEqual(users.map(({ id }) => id))
  expect(asked.most).toBeLessThanOrEqual(40)
  expect(asked.most).toBeGreaterThan(20)
  expect(shown.at(-1)).toBe(123)
})

test('who waits for LibreChat is waited for, until it has failed often', async () => {
  let attempts = 0
  const { parts } = engine((id) => ({ state: id === 'user-3' ? 'unreachable' : 'provisioned', attempts: attempts++ }))
  const result = await run(people(5), parts)
  expect(result.failed).toMatchObject([{ user: { id: 'user-3' }, state: 'unreachable' }])
  expect(attempts).toBeGreaterThan(6)
})

test('one that never ends stops nobody else, and is told as open after a while', async () => {
  const { parts } = engine((id) => (id === 'user-0' ? null : { state: 'provisioned' }))
  const result = await run(people(80), parts)
  expect(result).toMatchObject({ done: 79, cut: 'stalled', failed: [] })
  expect(result.open.map(({ id }) => id)).toEqual(['user-0'])
})

test('who is deleted or deactivated meanwhile is not waited for', async () => {
  const { parts } = engine((id) => (id === 'user-4' ? null : { state: 'provisioned' }))
  const stillEligible = async (ids: readonly string[]): Promise<Set<string>> =>
    new Set(ids.filter((id) => id !== 'user-4'))
  const shown: number[] = []
  const result = await run(people(12), parts, { stillEligible, onProgress: (done) => shown.push(done) })
  expect(result).toMatchObject({ done: 11, gone: 1, open: [], failed: [], cut: null })
  expect(shown.at(-1)).toBe(12)
})

test('an interrupt hands out no more, and says what is under way', async () => {
  const { parts, asked } = engine(() => ({ state: 'provisioned' }))
  const interrupt = new AbortController()
  const running = run(people(500), parts, { interrupted: interrupt.signal })
  await pause(60)
  interrupt.abort()
  const result = await running
  expect(result.cut).toBe('interrupted')
  expect(result.done + result.open.length).toBe(asked.provision.length)
  expect(asked.provision.length).toBeLessThan(500)
})

test('by force: new passwords for the synced, and for those whose account does not open', async () => {
  const ends = (id: string, rotated: boolean): { state: ProvisioningState } => ({
    state: id === 'b' && !rotated ? 'other-password' : id === 'c' ? 'key-lost' : 'provisioned',
  })
  const users = [user('a', 'synced'), user('b'), user('c', 'password-only'), user('d', 'id-only')]
  const forced = engine(ends)
  const result = await run(users, forced.parts, { force: true })
  expect(forced.asked).toMatchObject({ rotate: ['a', 'b', 'c'], provision: ['b', 'c', 'd'] })
  expect(result).toMatchObject({ done: 4, failed: [{ user: { id: 'c' }, state: 'key-lost' }] })
  const gentle = engine(ends)
  expect((await run(users.slice(1), gentle.parts)).failed.map((one) => one.state)).toEqual([
    'other-password',
    'key-lost',
  ])
  expect(gentle.asked.rotate).toEqual([])
})
