import { z } from 'zod'
import type { LibreChatAnswer, LibreChatPost } from './request.ts'
import type { ProvisioningProblem } from './fault.ts'
import { ProvisioningFault } from './fault.ts'

export interface LibreChatPerson {
  readonly email: string
  readonly first_name: string
  readonly last_name: string
}

/** The two steps to a LibreChat account. Both throw ProvisioningFault; either may be repeated at any time. */
export interface LibreChatSync {
  /** Done also when the address has an account already, whosever password it has: LibreChat does not tell. */
  register(person: LibreChatPerson, password: string, signal?: AbortSignal): Promise<void>
  /** The LibreChat user's id, by logging in as that user. */
  login(email: string, password: string, signal?: AbortSignal): Promise<string>
}

const told = z.looseObject({ message: z.string() })
const signedIn = z.looseObject({ token: z.string().min(1) })
const tokenClaims = z.looseObject({ id: z.string().min(1).max(255) })

/** Texts that LibreChat refuses in user names, as an attack. */
const suspicious = /'|--|\$(?:ne|gt|lt|or)|[{}*;<>/=]/i

/** What stands before the @ when LibreChat takes it as a user name; it takes none as well. */
export function librechatUsername(email: string): string {
  const local = email.slice(0, email.lastIndexOf('@'))
  return local.length >= 2 && local.length <= 80 && !suspicious.test(local) ? local : ''
}

export function createLibreChatSync(post: LibreChatPost): LibreChatSync {
  const message = (answer: LibreChatAnswer): string => {
    const read = told.safeParse(answer.body)
    return read.success ? read.data.message : ''
  }
  /** The same for both calls; validation and wrong credentials are 404 there, other paths' 404 is not LibreChat's. */
  const refusal = (answer: LibreChatAnswer, known: ProvisioningProblem): ProvisioningFault => {
    const { status, retryAfter } = answer
    let problem: ProvisioningProblem = 'unexpected-answer'
    if (status === 429) problem = 'rate-limited'
    else if (status >= 500) problem = 'unreachable'
    else if ([400, 403, 404, 422].includes(status) && !['', 'Endpoint not found'].includes(message(answer)))
      problem = known
    return new ProvisioningFault(problem, { status, retryAfter })
  }

  return {
    async register({ email, first_name, last_name }, password, signal) {
      const json = {
        name: `${first_name} ${last_name}`,
        email,
        password,
        confirm_password: password,
        username: librechatUsername(email),
      }
      const answer = await post('/api/auth/register', json, signal)
      if (answer.status !== 200 && answer.status !== 201) throw refusal(answer, 'account-refused')
      if (!told.safeParse(answer.body).success)
        throw new ProvisioningFault('unexpected-answer', { status: answer.status })
    },
    async login(email, password, signal) {
      const answer = await post('/api/auth/login', { email, password }, signal)
      if (answer.status === 200) {
        const read = signedIn.safeParse(answer.body)
        if (read.success) return userIdOf(read.data.token)
        const second = z.looseObject({ twoFAPending: z.literal(true) }).safeParse(answer.body).success
        throw new ProvisioningFault(second ? 'account-refused' : 'unexpected-answer', { status: 200 })
      }
      const said = answer.status === 404 ? message(answer) : ''
      if (/^incorrect password/i.test(said)) throw new ProvisioningFault('other-password', { status: 404 })
      if (/^email does not exist/i.test(said)) throw new ProvisioningFault('not-created', { status: 404 })
      throw refusal(answer, 'account-refused')
    },
  }
}

/** The token is LibreChat's to check; it came straight from there. */
function userIdOf(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return tokenClaims.parse(claims).id
  } catch (cause) {
    throw new ProvisioningFault('unexpected-answer', { status: 200, cause })
  }
}
