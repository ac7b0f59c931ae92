import { pbkdf2, randomInt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Django 5.1's number of PBKDF2 rounds. */
export const djangoIterations = 870_000

/** Django's `PBKDF2PasswordHasher`: `pbkdf2_sha256$<iterations>$<salt>$<base64 of 32 bytes>`. */
export interface PasswordHash {
  make(password: string): Promise<string>
  /**
   * Takes about as long for every kind of no: without a hash, with one that is not understood, or with one of fewer rounds
   * than today's. `outdated`: right, but to be made anew with today's rounds.
   */
  check(password: string, encoded: string | null): Promise<'wrong' | 'right' | 'outdated'>
}

const derive = promisify(pbkdf2)
const keyLength = 32
const saltLength = 22
const saltAlphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
/** A hash with more rounds than this is not one that Django made. */
const mostIterations = 10_000_000

function parse(encoded: string | null): { iterations: number; salt: string; key: Buffer } | null {
  const [, rounds, salt, base64] = /^pbkdf2_sha256\$(\d{1,8})\$([^$]+)\$([A-Za-z0-9+/]{43}=)$/.exec(encoded ?? '') ?? []
  const iterations = Number(rounds)
  if (salt === undefined || base64 === undefined || iterations < 1 || iterations > mostIterations) return null
  return { iterations, salt, key: Buffer.from(base64, 'base64') }
}

export function createPasswordHash(iterations: number = djangoIterations): PasswordHash {
  const key = (password: string, salt: string, rounds: number): Promise<Buffer> =>
    derive(password, salt, rounds, keyLength, 'sha256')

  return {
    async make(password) {
      const salt = Array.from({ length: saltLength }, () => saltAlphabet[randomInt(saltAlphabet.length)]).join('')
      const hash = await key(password, salt, iterations)
      return `pbkdf2_sha256$${iterations}$${salt}$${hash.toString('base64')}`
    },
    async check(password, encoded) {
      const stored = parse(encoded)
      if (!stored) {
        await key(password, 'unknown', iterations)
        return 'wrong'
      }
      const right = timingSafeEqual(await key(password, stored.salt, stored.iterations), stored.key)
      if (!right && stored.iterations < iterations) await key(password, stored.salt, iterations - stored.iterations)
      if (!right) return 'wrong'
      return stored.iterations < iterations ? 'outdated' : 'right'
    },
  }
}
