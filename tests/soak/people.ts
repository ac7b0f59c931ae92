import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Setting } from './setting.ts'

export const platformPassword = 'Vigorous-Kettle9!'

/** What users of the platforms have seen so far. */
export interface People {
  /** Whose registration was answered with a yes. */
  readonly registered: string[]
  /** Registrations without an answer, or with a server error. */
  unanswered: number
  handedOut: number
  /** Passwords handed out that did not open the account at that moment. */
  readonly wrongHandOuts: string[]
  /** Users whose password is, or was, replaced: what was handed out may be the one before. */
  readonly rotated: Set<string>
}

export const newPeople = (): People => ({
  registered: [],
  unanswered: 0,
  handedOut: 0,
  wrongHandOuts: [],
  rotated: new Set(),
})

/** Milliseconds; longer than the platform waits for its database. */
const patience = 15_000

async function post(url: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  })
  return { status: response.status, body: await response.json() }
}

const any = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]!

/** Somebody new registers every so often, at either platform. */
export async function keepRegistering({ platforms }: Setting, people: People, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const email = `${randomUUID()}@example.com`
    try {
      const { status } = await post(`${any(platforms).origin}/api/users/register/`, {
        email,
        password: platformPassword,
        confirm_password: platformPassword,
        first_name: 'Demo',
        last_name: 'User',
        user_role: 'PROPERTY_OWNER',
        phone_number: null,
      })
      if (status === 201) people.registered.push(email)
      else people.unanswered++
    } catch {
      // The platform was killed, or is not there again yet.
      people.unanswered++
    }
    await pause(100 + Math.random() * 400, undefined, { signal }).catch(() => undefined)
  }
}

/** Users ask for their LibreChat password now and then: what they are told has to open the account. */
export async function keepAsking(
  { platforms, librechat }: Setting,
  people: People,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(500 + Math.random() * 1000, undefined, { signal }).catch(() => undefined)
    if (people.registered.length === 0) continue
    const email = any(people.registered)
    const { origin } = any(platforms)
    try {
      const login = await post(`${origin}/api/users/login/`, { email, password: platformPassword })
      const { access } = login.body as { access?: string }
      if (login.status !== 200 || access === undefined) continue
      const response = await fetch(`${origin}/api/users/librechat-password/`, {
        headers: { authorization: `Bearer ${access}` },
        signal: AbortSignal.timeout(patience),
      })
      const { librechat_password: told } = (await response.json()) as { librechat_password?: string }
      if (response.status !== 200) continue
      people.handedOut++
      const right = told === librechat.accounts.get(email)?.password
      if (!right && !people.rotated.has(email)) people.wrongHandOuts.push(email)
    } catch {
      // As above.
    }
  }
}
