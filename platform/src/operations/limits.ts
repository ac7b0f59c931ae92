import { createHmac, randomBytes } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from '../http/route.ts'
import type { Log } from '../log.ts'

/** So many calls in so many seconds, counted from the first of them. */
export interface Rate {
  readonly calls: number
  readonly seconds: number
}

/** Null: without a limit. */
export interface LimitRates {
  readonly loginsPerAddress: Rate | null
  /** Logins that fail; one that succeeds forgets them. By user the same for wrong current passwords in password changes. */
  readonly loginsPerEmail: Rate | null
  readonly handOutsPerUser: Rate | null
}

export const noLimits: LimitRates = { loginsPerAddress: null, loginsPerEmail: null, handOutsPerUser: null }

/** Rate limits of this process. What is over one is refused with a 429 in the words of Django REST framework's throttling. */
export interface Limits {
  /** Before anything is looked up, so that the answer is the same whether there is such a user or not. Throws Refusal. */
  login(address: string, email: string | null): Promise<void>
  loggedIn(email: string): void
  /** Before the current password is looked at, which whoever has an access token could guess at. Throws Refusal. */
  passwordChange(userId: string): Promise<void>
  passwordKnown(userId: string): void
  /** Throws Refusal. */
  handOut(userId: string): Promise<void>
}

export function createLimits({ rates, log }: { rates: LimitRates; log: Log }): Limits {
  const limiter = (rate: Rate | null): RateLimiterMemory | null =>
    rate && new RateLimiterMemory({ points: rate.calls, duration: rate.seconds })
  const perAddress = limiter(rates.loginsPerAddress)
  const perEmail = limiter(rates.loginsPerEmail)
  const perChanger = limiter(rates.loginsPerEmail)
  const perUser = limiter(rates.handOutsPerUser)

  // A memory dump of this process shall not hold everybody who tried to sign in.
  const secret = randomBytes(32)
  const emailKey = (email: string): string =>
    createHmac('sha256', secret).update(email.toLowerCase()).digest('base64url')

  const take = async (name: string, limit: RateLimiterMemory | null, key: string): Promise<void> => {
    try {
      await limit?.consume(key)
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error
      log({ level: 'warn', event: 'http.throttled', fields: { limit: name } })
      throw refusal(Math.ceil(error.msBeforeNext / 1000))
    }
  }

  return {
    async login(address, email) {
      await take('login-address', perAddress, addressKey(address))
      if (email !== null) await take('login-email', perEmail, emailKey(email))
    },
    loggedIn(email) {
      void perEmail?.delete(emailKey(email))
    },
    passwordChange: (userId) => take('password-change', perChanger, userId),
    passwordKnown(userId) {
      void perChanger?.delete(userId)
    },
    handOut: (userId) => take('hand-out', perUser, userId),
  }
}

function refusal(seconds: number): Refusal {
  const wait = `${seconds} second${seconds === 1 ? '' : 's'}`
  const detail = `Request was throttled. Expected available in ${wait}.`
  return new Refusal(429, { detail }, { 'retry-after': String(seconds) })
}

/** Of IPv6 the first 64 bits: one customer usually has all addresses below them. */
export function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.')
}
