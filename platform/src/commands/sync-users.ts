import { setTimeout as pause } from 'node:timers/promises'
import type { AccountRecord, Accounts } from '../provisioning/accounts.ts'
import type { ProvisioningRequests } from '../provisioning/requests.ts'
import type { ProvisioningState } from '../provisioning/state.ts'
import { hasAccount } from '../provisioning/state.ts'
import type { LegacyUser } from './legacy-users.ts'

export interface SyncParts {
  readonly accounts: Pick<Accounts, 'findMany'>
  readonly requests: Pick<ProvisioningRequests, 'provision' | 'rotate'>
  /** Of these users, those who still may have an account: not deleted, not deactivated. */
  readonly stillEligible: (userIds: readonly string[]) => Promise<ReadonlySet<string>>
  readonly batchSize: number
  /** Also gives new passwords: to the synced, and to those whose account opens with no password of ours. */
  readonly force: boolean
  /** Milliseconds without any progress after which the rest is left to the engine. */
  readonly stall: number
  /** Milliseconds between two looks. */
  readonly polling: number
  readonly interrupted: AbortSignal
  readonly onProgress: (done: number, failed: number) => void
}

export interface SyncResult {
  readonly done: number
  /** Deleted or deactivated after they were read: nobody is at work for them. */
  readonly gone: number
  readonly failed: readonly { readonly user: LegacyUser; readonly state: ProvisioningState }[]
  /** Asked for, and not come to an end when this ended. */
  readonly open: readonly LegacyUser[]
  /** Ended before all users were taken. */
  readonly cut: 'interrupted' | 'stalled' | null
}

/** Batches asked for at once: the engine never runs dry while one is counted. */
const batchesAtOnce = 4
/** Failed attempts after which a user that LibreChat does not answer for is counted as failed; the engine goes on. */
const patience = 6

/** Has the engine provision `users`, a few batches at a time, and waits for each to come to an end. */
export async function syncUsers(users: AsyncIterable<LegacyUser[]>, parts: SyncParts): Promise<SyncResult> {
  const { accounts, requests, stillEligible, batchSize, force, stall, polling, interrupted, onProgress } = parts
  const open = new Map<string, LegacyUser>()
  const rotating = new Set<string>()
  const failed: { user: LegacyUser; state: ProvisioningState }[] = []
  const source = inBatches(users, batchSize)
  let [done, gone, exhausted, progressAt] = [0, 0, false, performance.now()]

  /** Asks for the next batch; false: there is none. */
  const take = async (): Promise<boolean> => {
    const next = await source.next()
    if (next.done === true) return false
    const rotate = next.value.filter(({ sync }) => force && sync === 'synced').map(({ id }) => id)
    const provision = next.value.filter(({ id }) => !rotate.includes(id)).map(({ id }) => id)
    for (const user of next.value) open.set(user.id, user)
    for (const id of rotate) rotating.add(id)
    await requests.rotate(rotate)
    await requests.provision(provision)
    return true
  }

  const settle = async (): Promise<void> => {
    const again: string[] = []
    for (const record of await accounts.findMany([...open.keys()])) {
      const user = open.get(record.userId)
      if (!user || !hasEnded(record)) continue
      const lost = record.state === 'other-password' || record.state === 'key-lost'
      if (force && lost && !rotating.has(user.id)) {
        rotating.add(user.id)
        again.push(user.id)
        continue
      }
      open.delete(user.id)
      progressAt = performance.now()
      done++
      if (!hasAccount(record.state)) failed.push({ user, state: record.state })
    }
    if (again.length > 0) await requests.rotate(again)
    const eligible = await stillEligible([...open.keys()])
    for (const userId of open.keys()) if (!eligible.has(userId) && open.delete(userId)) gone++
  }

  for (;;) {
    while (!exhausted && !interrupted.aborted && open.size <= (batchesAtOnce - 1) * batchSize)
      exhausted = !(await take())
    await settle()
    onProgress(done + gone, failed.length)
    const cut = interrupted.aborted ? 'interrupted' : performance.now() - progressAt > stall ? 'stalled' : null
    if ((exhausted && open.size === 0) || cut !== null)
      return { done, gone, failed, open: [...open.values()], cut: exhausted && open.size === 0 ? null : cut }
    await pause(polling, undefined, { signal: interrupted }).catch(() => undefined)
  }
}

function hasEnded({ state, attempts, nextPasswordEncrypted }: AccountRecord): boolean {
  if (state === 'unreachable') return attempts >= patience
  return state !== 'requested' && nextPasswordEncrypted === null
}

async function* inBatches(pages: AsyncIterable<LegacyUser[]>, size: number): AsyncGenerator<LegacyUser[]> {
  let batch: LegacyUser[] = []
  for await (const page of pages)
    for (const user of page) {
      batch.push(user)
      if (batch.length < size) continue
      yield batch
      batch = []
    }
  if (batch.length > 0) yield batch
}
