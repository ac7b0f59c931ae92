import { randomUUID } from 'node:crypto'
import { userRole } from '../api.ts'
import type { Queries } from '../database/database.ts'
import { isEmail, normalizeEmail } from './email.ts'
import { choice, FieldsRefused, nullable, readFields, text, tooLong } from './fields.ts'
import type { PasswordHash } from './password-hash.ts'
import type { PasswordPolicy } from './password-policy.ts'
import type { UserRow, Users } from './users.ts'

/** What the table holds. */
const longestEmail = 254

export const emailField = text({
  longest: longestEmail,
  format: 'email',
  check: (email) => (isEmail(email) ? [] : ['Enter a valid email address.']),
})

export const registrationFields = {
  email: emailField,
  password: text({ format: 'password' }),
  confirm_password: text({ format: 'password' }),
  first_name: text({ longest: 30 }),
  last_name: text({ longest: 30 }),
  user_role: choice(userRole.options),
  phone_number: nullable(text({ longest: 20, blank: true })),
}

export interface RegistrationParts {
  readonly users: Users
  readonly passwordHash: PasswordHash
  readonly passwordPolicy: PasswordPolicy
  /** A new LibreChat password, encrypted; null when it cannot be made, which must not stop a registration. */
  readonly newLibreChatPassword: () => string | null
  /** Asks for the user's LibreChat account, in the transaction that adds the user: neither is there without the other. */
  readonly requestAccount: (userId: string, on: Queries) => Promise<unknown>
}

/** Adds the user that a register body describes, or throws FieldsRefused. */
export type Register = (body: unknown) => Promise<UserRow>

export function createRegistration(parts: RegistrationParts): Register {
  const { users, passwordHash, passwordPolicy, newLibreChatPassword, requestAccount } = parts
  const taken = (): FieldsRefused => new FieldsRefused({ email: ['A user with this email address already exists.'] })

  return async (body) => {
    const { password, confirm_password, ...person } = readFields(registrationFields, body)
    if (password !== confirm_password) throw new FieldsRefused({ confirm_password: ['Passwords do not match.'] })
    const email = normalizeEmail(person.email)
    // Some letters are two in lower case.
    if (Array.from(email).length > longestEmail) throw new FieldsRefused({ email: [tooLong(longestEmail)] })
    if (await users.findByEmail(email)) throw taken()
    const wrong = passwordPolicy(password, { ...person, email })
    if (wrong.length > 0) throw new FieldsRefused({ password: wrong })

    const id = randomUUID()
    const librechat = newLibreChatPassword()
    const hash = await passwordHash.make(password)
    const added = await users.insert(
      { ...person, id, email, password: hash, librechat_password_encrypted: librechat },
      (on) => requestAccount(id, on),
    )
    const user = added ? await users.find(id) : null
    if (!user) throw taken()
    return user
  }
}
