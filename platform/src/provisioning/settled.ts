import { setTimeout as pause } from 'node:timers/promises'
import type { Accounts } from './accounts.ts'
import type { ProvisioningState } from './state.ts'

/** Milliseconds between two looks. */
const polling = 50

/** Waits until the user's request has come to an end, past a LibreChat that is out of reach. Throws when there is no such user. */
export async function waitUntilSettled(
  accounts: Pick<Accounts, 'find'>,
  userId: string,
  signal?: AbortSignal,
): Promise<ProvisioningState> {
  for (;;) {
    const account = await accounts.find(userId)
    if (!account) throw new Error('there is no such user')
    const open = account.state === 'requested' || account.state === 'unreachable' || account.nextPasswordEncrypted
    if (!open) return account.state
    await pause(polling, undefined, { signal })
  }
}
