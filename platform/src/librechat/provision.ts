import type { Users } from '../users/users.ts'
import { ProvisioningFault } from './fault.ts'
import type { LibreChatPasswords } from './passwords.ts'
import type { LibreChatSync } from './sync.ts'

export interface ProvisionParts {
  readonly users: Users
  readonly passwords: LibreChatPasswords
  readonly sync: LibreChatSync
}

/** Gives one user a LibreChat account, or finds it done. Throws ProvisioningFault. */
export type Provision = (userId: string, signal: AbortSignal) => Promise<void>

/**
 * May be cut at any point and repeated: the password is stored before LibreChat hears of it, LibreChat makes no second user
 * for an address, and the id is stored last.
 */
export function createProvision({ users, passwords, sync }: ProvisionParts): Provision {
  /** Registered while this process runs: LibreChat allows five registrations an hour, so repeats start at the login. */
  const registered = new Set<string>()

  return async (userId, signal) => {
    const user = await users.find(userId)
    if (!user) throw new ProvisioningFault('no-such-user')
    if (user.librechat_user_id) return
    const encrypted =
      user.librechat_password_encrypted || (await users.keepLibreChatPassword(userId, passwords.create()))
    if (!encrypted) throw new ProvisioningFault('no-such-user')
    const password = passwords.read(encrypted)

    if (!registered.has(userId)) await sync.register(user, password, signal)
    registered.add(userId)
    let librechatUserId: string
    try {
      librechatUserId = await sync.login(user.email, password, signal)
    } catch (error) {
      if (error instanceof ProvisioningFault && error.problem === 'not-created') registered.delete(userId)
      throw error
    }
    await users.setLibreChatUser(userId, librechatUserId)
    registered.delete(userId)
  }
}
