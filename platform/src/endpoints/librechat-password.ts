import { errorAnswer, librechatPasswordAnswer } from '../api.ts'
import { throttled } from '../http/description.ts'
import type { Route } from '../http/route.ts'
import type { HandOut } from '../librechat/hand-out.ts'
import type { Log } from '../log.ts'
import type { Limits } from '../operations/limits.ts'

/** Hands a user the password of the user's own LibreChat account, once there is one, and leaves an audit line each time. */
export function createLibreChatPasswordRoute(parts: { handOut: HandOut; limits: Limits; log: Log }): Route {
  const { handOut, limits, log } = parts
  return {
    method: 'GET',
    path: '/api/users/librechat-password/',
    bearer: true,
    failure: { error: 'Failed to retrieve LibreChat password' },
    describe: {
      summary: "The password of the user's LibreChat account",
      description: 'The LibreChat login is the e-mail address. Every hand-out is written to the audit log.',
      answers: {
        200: { meaning: 'The password.', body: librechatPasswordAnswer },
        404: { meaning: 'There is no account yet.', body: errorAnswer },
        429: throttled,
      },
    },
    async handle({ address, forwardedFor }, user) {
      await limits.handOut(user.id)
      const password = await handOut(user)
      if (password === null) return { status: 404, body: { error: 'LibreChat password not set' } }
      log({
        level: 'info',
        event: 'audit.librechat-password',
        fields: { userId: user.id, at: new Date().toISOString(), address, forwardedFor },
      })
      return { status: 200, body: { librechat_password: password } }
    },
  }
}
