import { fieldErrors, messageAnswer } from '../api.ts'
import type { Database } from '../database/database.ts'
import { throttled } from '../http/description.ts'
import type { Route } from '../http/route.ts'
import type { Limits } from '../operations/limits.ts'
import type { Sessions } from '../tokens/sessions.ts'
import { FieldsRefused, fieldsSchema, readFields, text } from '../users/fields.ts'
import type { PasswordHash } from '../users/password-hash.ts'
import type { PasswordPolicy } from '../users/password-policy.ts'
import type { Users } from '../users/users.ts'

export interface PasswordChangeParts {
  readonly database: Database
  readonly users: Users
  readonly sessions: Sessions
  readonly passwordHash: PasswordHash
  readonly passwordPolicy: PasswordPolicy
  readonly limits: Limits
}

const fields = {
  current_password: text({ format: 'password' }),
  new_password: text({ format: 'password' }),
  confirm_new_password: text({ format: 'password' }),
}

/** All sessions end with the old password: whoever knew it stays in no longer than an access token lives. */
export function createPasswordChangeRoute(parts: PasswordChangeParts): Route {
  const { database, users, sessions, passwordHash, passwordPolicy, limits } = parts
  const incorrect = (): FieldsRefused => new FieldsRefused({ current_password: ['Current password is incorrect.'] })
  return {
    method: 'POST',
    path: '/api/users/password/change/',
    bearer: true,
    failure: { error: 'An error occurred during password change' },
    describe: {
      summary: 'Change the password',
      description: 'Ends all sessions of the user; access tokens that are out live on for their minutes.',
      request: fieldsSchema(fields),
      answers: {
        200: { meaning: 'Changed.', body: messageAnswer },
        400: { meaning: 'What is wrong, by field.', body: fieldErrors },
        429: throttled,
      },
    },
    async handle({ body }, user) {
      const { current_password, new_password, confirm_new_password } = readFields(fields, body)
      if (new_password !== confirm_new_password)
        throw new FieldsRefused({ confirm_new_password: ['New passwords do not match.'] })
      await limits.passwordChange(user.id)
      if ((await passwordHash.check(current_password, user.password)) === 'wrong') throw incorrect()
      limits.passwordKnown(user.id)
      if (current_password === new_password)
        throw new FieldsRefused({ new_password: ['New password must be different from current password.'] })
      const wrong = passwordPolicy(new_password, user)
      if (wrong.length > 0) throw new FieldsRefused({ new_password: wrong })

      const hash = { checked: user.password, fresh: await passwordHash.make(new_password) }
      await database.transaction(async (on) => {
        if (!(await users.changePassword(user.id, hash, on))) throw incorrect()
        await sessions.endAll(user.id, on)
      })
      return { status: 200, body: { message: 'Password changed successfully. Please login again.' } }
    },
  }
}
