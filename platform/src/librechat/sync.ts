import { z } from 'zod'
import type { LibreChatAnswer, LibreChatRequest } from './request.ts'
import type { ProvisioningProblem } from './fault.ts'
import { ProvisioningFault } from './fault.ts'

export interface LibreChatPerson {
  readonly email: string
  readonly first_name: string
  readonly last_name: string
}

export interface LibreChatSignIn {
  readonly librechatUserId: string
  /** The user has to accept this server's terms before chatting. */
  readonly termsPending: boolean
}

export interface NewPassword {
  readonly userId: string
  readonly token: string
}

/** What the platform asks of LibreChat. All throw ProvisioningFault, and may be repeated at any time. */
export interface LibreChatSync {
  /** Done also when the address has an account already, whosever password it has: LibreChat does not tell. */
  register(person: LibreChatPerson, password: string, signal?: AbortSignal): Promise<void>
  /** Logs in as that user, which proves the password. */
  login(email: string, password: string, signal?: AbortSignal): Promise<LibreChatSignIn>
  /** Asks for the right to set a new password; `reset-unavailable` where it would go by mail or is not offered. */
  requestReset(email: string, signal?: AbortSignal): Promise<NewPassword>
  resetPassword(right: NewPassword, password: string, signal?: AbortSignal): Promise<void>
}

const told = z.looseObject({ message: z.string() })
const signedIn = z.looseObject({
  token: z.string().min(1),
  user: z.looseObject({ termsAccepted: z.boolean().optional() }).optional(),
})
const secondFactor = z.looseObject({ twoFAPending: z.literal(true), tempToken: z.string() })
const startupConfig = z.looseObject({
  emailEnabled: z.boolean().optional(),
  passwordResetEnabled: z.boolean().optional(),
  interface: z
    .looseObject({ termsOfService: z.looseObject({ modalAcceptance: z.boolean().optional() }).optional() })
    .optional(),
})
const resetLink = z.looseObject({ link: z.url() })

/** Texts that LibreChat refuses in user names, as an attack. */
const suspicious = /'|--|\$(?:ne|gt|lt|or)|[{}*;<>/=]/i

/** What stands before the @ when LibreChat takes it as a user name; it takes none as well. */
export function librechatUsername(email: string): string {
  const local = email.slice(0, email.lastIndexOf('@'))
  return local.length >= 2 && local.length <= 80 && !suspicious.test(local) ? local : ''
}

/** Milliseconds for which the server's answer to whether terms must be accepted is believed. */
const configLife = 300_000

export function createLibreChatSync(request: LibreChatRequest): LibreChatSync {
  let terms: { required: boolean; until: number } | null = null

  const termsRequired = async (bearer: string, signal?: AbortSignal): Promise<boolean> => {
    if (terms && Date.now() < terms.until) return terms.required
    const { status, body } = await request('/api/config', { bearer, signal })
    const read = startupConfig.safeParse(body)
    if (status !== 200 || !read.success) throw new ProvisioningFault('unexpected-answer', { status })
    terms = {
      required: read.data.interface?.termsOfService?.modalAcceptance === true,
      until: Date.now() + configLife,
    }
    return terms.required
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
      const answer = await request('/api/auth/register', { json, signal })
      if (answer.status !== 200 && answer.status !== 201) throw refusal(answer, 'account-refused')
      if (!told.safeParse(answer.body).success)
        throw new ProvisioningFault('unexpected-answer', { status: answer.status })
    },

    async login(email, password, signal) {
      const answer = await request('/api/auth/login', { json: { email, password }, signal })
      if (answer.status === 200) {
        const read = signedIn.safeParse(answer.body)
        if (read.success) {
          const librechatUserId = claimOf(read.data.token, 'id')
          const unasked = read.data.user?.termsAccepted !== false
          return { librechatUserId, termsPending: !unasked && (await termsRequired(read.data.token, signal)) }
        }
        // The password opens the account; the second factor is the user's.
        const pending = secondFactor.safeParse(answer.body)
        if (pending.success) return { librechatUserId: claimOf(pending.data.tempToken, 'userId'), termsPending: false }
        throw new ProvisioningFault('unexpected-answer', { status: 200 })
      }
      const said = message(answer)
      if (answer.status === 404 && /^incorrect password/i.test(said))
        throw new ProvisioningFault('other-password', { status: 404 })
      if (answer.status === 404 && /^email does not exist/i.test(said))
        throw new ProvisioningFault('not-created', { status: 404 })
      if (answer.status === 422 && /not verified/i.test(said))
        throw new ProvisioningFault('not-verified', { status: 422 })
      throw refusal(answer, 'account-refused')
    },

    async requestReset(email, signal) {
      const config = await request('/api/config', { signal })
      const offer = startupConfig.safeParse(config.body)
      if (config.status !== 200 || !offer.success)
        throw new ProvisioningFault(config.status >= 500 ? 'unreachable' : 'unexpected-answer', config)
      // With mail the link goes to the user, who would wonder.
      if (offer.data.passwordResetEnabled !== true || offer.data.emailEnabled === true)
        throw new ProvisioningFault('reset-unavailable')
      const answer = await request('/api/auth/requestPasswordReset', { json: { email }, signal })
      if (answer.status !== 200) throw refusal(answer, 'reset-unavailable')
      const read = resetLink.safeParse(answer.body)
      const query = new URL(read.success ? read.data.link : 'none:').searchParams
      const [userId, token] = [query.get('userId'), query.get('token')]
      if (!userId || !token) throw new ProvisioningFault('reset-unavailable', { status: 200 })
      return { userId, token }
    },

    async resetPassword({ userId, token }, password, signal) {
      const json = { userId, token, password, confirm_password: password }
      const answer = await request('/api/auth/resetPassword', { json, signal })
      // LibreChat answers some failures with an Error that is sent as an empty object: the login after this is the proof.
      if (answer.status !== 200) throw refusal(answer, 'reset-unavailable')
    },
  }
}

function message(answer: LibreChatAnswer): string {
  const read = told.safeParse(answer.body)
  return read.success ? read.data.message : ''
}

/** The same for all calls; validation and wrong credentials are 404 there, other paths' 404 is not LibreChat's. */
function refusal(answer: LibreChatAnswer, known: ProvisioningProblem): ProvisioningFault {
  const { status, retryAfter } = answer
  const said = message(answer)
  let problem: ProvisioningProblem = 'unexpected-answer'
  if (status === 429 || (status === 403 && /temporarily banned/i.test(said))) problem = 'rate-limited'
  else if (status >= 500) problem = 'unreachable'
  else if ([400, 403, 404, 422].includes(status) && !['', 'Endpoint not found'].includes(said)) problem = known
  return new ProvisioningFault(problem, { status, retryAfter })
}

/** A claim of a token that is LibreChat's to check; it came straight from there. */
function claimOf(token: string, name: 'id' | 'userId'): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return z.looseObject({ [name]: z.string().min(1).max(255) }).parse(claims)[name] as string
  } catch (cause) {
    throw new ProvisioningFault('unexpected-answer', { status: 200, cause })
  }
}
