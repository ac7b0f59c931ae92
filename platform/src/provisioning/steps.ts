import type { LibreChatPasswords } from '../librechat/passwords.ts'
import type { LibreChatSignIn, LibreChatSync } from '../librechat/sync.ts'
import { ProvisioningFault } from '../librechat/fault.ts'
import type { UserRow, Users } from '../users/users.ts'
import type { Accounts } from './accounts.ts'

export interface StepParts {
  readonly users: Users
  readonly accounts: Accounts
  readonly passwords: LibreChatPasswords
  readonly sync: LibreChatSync
}

/** What is to be done for a user: everything, the login and what follows, or nothing (any more). */
export type Todo = 'register' | 'log-in' | 'nothing'

/**
 * The steps to a LibreChat account. Each may be cut anywhere and repeated at any time: the password is stored before
 * LibreChat hears of it, LibreChat makes no second user for an address, and the id is stored last. None takes or returns a
 * password: what is given to the engine is kept in its tables. All throw ProvisioningFault.
 */
export interface Steps {
  /** Sees to it that there is a password to register with. */
  read(userId: string): Promise<Todo>
  /** `refused` tells that LibreChat takes no registration: there may be an account all the same. */
  register(userId: string, signal: AbortSignal): Promise<{ refused: number | null }>
  logIn(userId: string, signal: AbortSignal): Promise<LibreChatSignIn>
  store(userId: string, signIn: LibreChatSignIn): Promise<void>
}

export function createSteps({ users, accounts, passwords, sync }: StepParts): Steps {
  const withPassword = async (userId: string): Promise<{ user: UserRow; password: string }> => {
    const user = await users.find(userId)
    if (!user?.is_active) throw new ProvisioningFault('no-such-user')
    const encrypted =
      user.librechat_password_encrypted || (await users.keepLibreChatPassword(userId, passwords.create()))
    if (!encrypted) throw new ProvisioningFault('no-such-user')
    return { user, password: passwords.read(encrypted) }
  }

  return {
    async read(userId) {
      const { user } = await withPassword(userId)
      const account = await accounts.find(userId)
      if (user.librechat_user_id && account?.state === 'provisioned') return 'nothing'
      // LibreChat allows few registrations an hour and address: one that succeeded is not asked for again.
      return user.librechat_user_id || account?.registeredAt ? 'log-in' : 'register'
    },

    async register(userId, signal) {
      const { user, password } = await withPassword(userId)
      try {
        await sync.register(user, password, signal)
      } catch (error) {
        if (error instanceof ProvisioningFault && error.problem === 'account-refused')
          return { refused: error.status ?? 0 }
        throw error
      }
      await accounts.registered(userId, true)
      return { refused: null }
    },

    async logIn(userId, signal) {
      const { user, password } = await withPassword(userId)
      try {
        return await sync.login(user.email, password, signal)
      } catch (error) {
        if (error instanceof ProvisioningFault && error.problem === 'not-created')
          await accounts.registered(userId, false)
        throw error
      }
    },

    async store(userId, { librechatUserId, termsPending }) {
      await accounts.provisioned(userId, librechatUserId, termsPending ? 'terms-pending' : 'provisioned')
    },
  }
}
