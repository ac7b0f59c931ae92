import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** A key or token that is not Fernet, or was not made with one of the keys. Tells which, never the content. */
export class FernetError extends Error {
  override readonly name = 'FernetError'
}

/**
 * Fernet tokens (spec version 0x80: github.com/fernet/spec), the format of Python's `cryptography`: version, seconds
 * (8 bytes, big endian), IV, AES-128-CBC with PKCS#7, HMAC-SHA256, the whole in padded url-safe base64.
 */
export interface Fernet {
  /** `now` in epoch milliseconds; `now` and `iv` are given only to reproduce known tokens. */
  encrypt(text: string, now?: number, iv?: Uint8Array): string
  /** `ttlSeconds`: also refuse older tokens, and ones from more than 60 s in the future. Throws FernetError. */
  decrypt(token: string, limit?: { readonly ttlSeconds: number; readonly now?: number }): string
  /** The same text under the newest key, with the token's own time, as `MultiFernet.rotate` does. Throws FernetError. */
  rotate(token: string): string
  /** Made with the newest key. Throws FernetError when none of the keys made it. */
  isNewest(token: string): boolean
}

const version = 0x80
const clockSkewSeconds = 60
const headLength = 9
const ivLength = 16
const macLength = 32

interface Key {
  readonly signing: Buffer
  readonly encryption: Buffer
}

function parseKey(key: string): Key {
  const raw = /^[\w-]{43}=?$/.test(key) ? Buffer.from(key, 'base64url') : Buffer.alloc(0)
  if (raw.length !== 32) throw new FernetError('a Fernet key is 32 bytes in url-safe base64')
  return { signing: raw.subarray(0, 16), encryption: raw.subarray(16) }
}

/** `keys`: newest first, separated by commas or spaces. The first encrypts, all are tried on decrypt. Throws FernetError. */
export function createFernet(keys: string): Fernet {
  const all = keys
    .split(/[\s,]+/)
    .filter((key) => key !== '')
    .map(parseKey)
  const newest = all[0]
  if (!newest) throw new FernetError('no Fernet key')
  const mac = (key: Key, signed: Uint8Array): Buffer => createHmac('sha256', key.signing).update(signed).digest()

  /** The signed part of a token and the key that signed it. */
  const open = (token: string): { signed: Buffer; key: Key; seconds: number } => {
    const raw = /^[\w-]+={0,2}$/.test(token) ? Buffer.from(token, 'base64url') : Buffer.alloc(0)
    const sealed = raw.length - headLength - ivLength - macLength
    if (raw[0] !== version || sealed < 16 || sealed % 16 !== 0) throw new FernetError('malformed token')
    const signed = raw.subarray(0, -macLength)
    const key = all.find((key) => timingSafeEqual(mac(key, signed), raw.subarray(-macLength)))
    if (!key) throw new FernetError('bad signature')
    return { signed, key, seconds: Number(signed.readBigUInt64BE(1)) }
  }

  const fernet: Fernet = {
    encrypt(text, now = Date.now(), iv = randomBytes(ivLength)) {
      const head = Buffer.alloc(headLength)
      head[0] = version
      head.writeBigUInt64BE(BigInt(Math.floor(now / 1000)), 1)
      const cipher = createCipheriv('aes-128-cbc', newest.encryption, iv)
      const signed = Buffer.concat([head, iv, cipher.update(text, 'utf8'), cipher.final()])
      const token = Buffer.concat([signed, mac(newest, signed)]).toString('base64url')
      return token + '='.repeat((4 - (token.length % 4)) % 4)
    },
    decrypt(token, limit) {
      const { signed, key, seconds } = open(token)
      if (limit) {
        const age = Math.floor((limit.now ?? Date.now()) / 1000) - seconds
        if (age > limit.ttlSeconds) throw new FernetError('expired')
        if (age < -clockSkewSeconds) throw new FernetError('issued in the future')
      }
      const iv = signed.subarray(headLength, headLength + ivLength)
      const decipher = createDecipheriv('aes-128-cbc', key.encryption, iv)
      try {
        const text = Buffer.concat([decipher.update(signed.subarray(headLength + ivLength)), decipher.final()])
        return text.toString('utf8')
      } catch (cause) {
        throw new FernetError('bad padding', { cause })
      }
    },
    rotate: (token) => fernet.encrypt(fernet.decrypt(token), open(token).seconds * 1000),
    isNewest: (token) => open(token).key === newest,
  }
  return fernet
}
