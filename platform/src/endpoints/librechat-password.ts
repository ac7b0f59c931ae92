import type { Route } from '../http/route.ts'
import type { LibreChatPasswords } from '../librechat/passwords.ts'
import type { Log } from '../log.ts'

/** Hands a user the password of the user's own LibreChat account, once there is one, and leaves an audit line each time. */
export function createLibreChatPasswordRoute(parts: { passwords: LibreChatPasswords; log: Log }): Route {
  const { passwords, log } = parts
  return {
    method: 'GET',
    path: '/api/users/librechat-password/',
    bearer: true,
    failure: { error: 'Failed to retrieve LibreChat password' },
    async handle({ address, forwardedFor }, user) {
      if (!user.librechat_user_id || !user.librechat_password_encrypted)
        return { status: 404, body: { error: 'LibreChat password not set' } }
      const password = passwords.read(user.librechat_password_encrypted)
      log({
        level: 'info',
        event: 'audit.librechat-password',
        fields: { userId: user.id, at: new Date().toISOString(), address, forwardedFor },
      })
      return { status: 200, body: { librechat_password: password } }
    },
  }
}
