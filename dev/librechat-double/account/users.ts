import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { documentId, isoNow } from '../state/ids.ts'
import type { User } from '../state/schema.ts'
import type { Store } from '../state/store.ts'

export interface NewUser {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly username?: string
  /** Six digits that the second factor accepts; without it the account has none. */
  readonly twoFactorCode?: string
  /** Each is good for one login in place of the code. */
  readonly backupCodes?: readonly string[]
}

export interface Users {
  /** Adds the account, or gives the one with this address these properties; the id stays. */
  put(user: NewUser): User
  byEmail(email: string): User | null
  byId(id: unknown): User | null
  hasPassword(user: User, password: string): boolean
  /** With everything that is theirs. */
  remove(user: User): void
}

/** A cheap cost: the passwords here guard nothing, and tests log in often. */
const keyOf = (password: string, salt: string): Buffer => scryptSync(password, salt, 32, { N: 1024 })

export function createUsers(store: Store): Users {
  const hashed = (password: string): string => {
    const salt = randomBytes(16).toString('hex')
    return `${salt}:${keyOf(password, salt).toString('hex')}`
  }

  const byEmail = (email: string): User | null => {
    const wanted = email.trim().toLowerCase()
    for (const user of store.users.values()) if (user.email === wanted) return user
    return null
  }

  return {
    put({ email, password, name, username, twoFactorCode, backupCodes }) {
      const before = byEmail(email)
      const now = isoNow()
      const user: User = {
        id: before?.id ?? documentId(),
        email: email.trim().toLowerCase(),
        name,
        username: username ?? email.split('@')[0] ?? '',
        role: before?.role ?? (store.users.size === 0 ? 'ADMIN' : 'USER'),
        password: hashed(password),
        twoFactorCode: twoFactorCode ?? null,
        backupCodes: [...(backupCodes ?? [])],
        termsAcceptedAt: before?.termsAcceptedAt ?? null,
        tokenEpoch: before?.tokenEpoch ?? 0,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
      }
      store.users.set(user.id, user)
      store.changed()
      return user
    },
    byEmail,
    byId: (id) => (typeof id === 'string' ? (store.users.get(id) ?? null) : null),
    hasPassword(user, password) {
      const [salt = '', key = ''] = user.password.split(':')
      return timingSafeEqual(keyOf(password, salt), Buffer.from(key, 'hex'))
    },
    remove(user) {
      store.users.delete(user.id)
      for (const [id, row] of store.conversations) {
        if (row.user !== user.id) continue
        store.conversations.delete(id)
        store.messages.delete(id)
      }
      for (const [id, row] of store.files) if (row.user === user.id) store.files.delete(id)
      store.changed()
    },
  }
}

/** The account as login and refresh answer it. */
export function userDocument(user: User): Record<string, unknown> {
  return {
    _id: user.id,
    id: user.id,
    name: user.name,
    username: user.username,
    email: user.email,
    emailVerified: true,
    avatar: null,
    provider: 'local',
    role: user.role,
    plugins: [],
    twoFactorEnabled: user.twoFactorCode !== null,
    termsAccepted: user.termsAcceptedAt !== null,
    personalization: { memories: true },
    favorites: [],
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
  }
}
