import type { ApiUser } from '../api.ts'
import type { UserRow } from '../users/users.ts'

/** What of a user goes over the wire: never the hash, never a LibreChat field. */
export function toApiUser(user: UserRow): ApiUser {
  const { id, email, first_name, last_name, user_role, phone_number } = user
  return { id, email, first_name, last_name, user_role, phone_number }
}

/** The same with the service provider, as register and profile answer. */
export function toProfile(user: UserRow): ApiUser & { service_provider: string | number | null } {
  return { ...toApiUser(user), service_provider: user.service_provider }
}
