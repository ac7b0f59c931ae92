import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import type { Accounts } from '../provisioning/accounts.ts'
import type { ProvisioningRequests } from '../provisioning/requests.ts'
import type { ProvisioningState } from '../provisioning/state.ts'
import type { UserRow, Users } from '../users/users.ts'
import type { LibreChatPasswords } from './passwords.ts'

/** The password of a user's LibreChat account, in plain; null: there is no account (yet). Throws when it cannot be told. */
export type HandOut = (user: UserRow) => Promise<string | null>

export interface HandOutParts {
  readonly users: Users
  readonly accounts: Accounts
  readonly passwords: LibreChatPasswords
  readonly requests: Pick<ProvisioningRequests, 'provision'>
  readonly log: Log
}

/** Whoever asks again after this (milliseconds) has a reason to hope: the address may be verified, registration open. */
const askAgain = 30_000
const hopeful: readonly ProvisioningState[] = [
  'refused',
  'verification-pending',
  'other-password',
  'terms-pending',
  'key-lost',
]

/** A rotation is over in about a second; milliseconds. */
const rotationWait = 5000
const rotationPolling = 100

export function createHandOut({ users, accounts, passwords, requests, log }: HandOutParts): HandOut {
  const tryAgain = async (userId: string, state: ProvisioningState, since: Date): Promise<void> => {
    if (!hopeful.includes(state) || Date.now() - since.getTime() < askAgain) return
    try {
      await requests.provision([userId])
    } catch (error) {
      log({ level: 'warn', event: 'librechat.request-not-heard', fields: { userId, ...errorFields(error) } })
    }
  }
  /** Until it is known which of the two passwords opens the account, neither is told. */
  const afterRotation = async (userId: string): Promise<UserRow | null> => {
    for (let waited = 0; waited < rotationWait; waited += rotationPolling) {
      await pause(rotationPolling)
      const account = await accounts.find(userId)
      if (!account?.nextPasswordEncrypted) return users.find(userId)
    }
    throw new Error('a rotation of the password is under way')
  }

  return async (asking) => {
    const account = await accounts.find(asking.id)
    if (account) await tryAgain(asking.id, account.state, account.changedAt)
    const user = account?.nextPasswordEncrypted ? await afterRotation(asking.id) : asking
    if (!user?.librechat_user_id || !user.librechat_password_encrypted) return null
    return passwords.read(user.librechat_password_encrypted)
  }
}
