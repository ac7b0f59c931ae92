/** A secret that stands for one of its kind. `core` is the part of `text` that nothing else in the world holds. */
export interface Canary {
  readonly kind: CanaryKind
  readonly core: string
  readonly text: string
}

const templates = {
  jwt: (core: string) =>
    `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify({ id: core })).toString('base64url')}.${core}`,
  bearer: (core: string) => `Bearer ${core}`,
  password: (core: string) => `${core}!A`,
  cookie: (core: string) => `refreshToken=${core}; Path=/; HttpOnly`,
  sealed: (core: string) => `gAAAAAB${core}==`,
  email: (core: string) => `${core}@example.com`,
  name: (core: string) => `Mrs ${core} of Example Street`,
  message: (core: string) => `The ${core} under the sink drips, what can I do?`,
  file: (core: string) => `${core} tax return.pdf`,
  path: (core: string) => `/home/${core}/Documents/notes.md`,
  windowsPath: (core: string) => `C:\\Users\\${core}\\AppData\\Local\\x.log`,
  url: (core: string) => `https://${core}.example/c/1?q=1#x`,
  userinfo: (core: string) => `https://demo:${core}@chat.example/`,
  query: (core: string) => `/api/convos?cursor=${core}&limit=25`,
  place: (core: string) => `12 ${core} Road, Example Town`,
} as const
export type CanaryKind = keyof typeof templates
export const canaryKinds = Object.keys(templates) as readonly CanaryKind[]

/** Random numbers below 1 that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Characters of a core: each half of it is still found by itself. */
export const coreLength = 16

export function createCanaries(count: number, seed: number): readonly Canary[] {
  const random = createRandom(seed)
  const pick = (from: string): string => from[Math.floor(random() * from.length)]!
  return Array.from({ length: count }, (_none, index) => {
    const kind = canaryKinds[index % canaryKinds.length]!
    const rest = Array.from({ length: coreLength - 1 }, () => pick('abcdefghijklmnopqrstuvwxyz0123456789'))
    const core = `${pick('bcdfghjklmnpqrstvwxz')}${rest.join('')}`
    return { kind, core, text: templates[kind](core) }
  })
}

const bytes = (text: string): number[] => [...Buffer.from(text)]
const two = (byte: number): string => byte.toString(16).padStart(2, '0')
const percent = (text: string): string =>
  bytes(text)
    .map((byte) => `%${two(byte)}`)
    .join('')
export const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (char) => {
    const base = char <= 'Z' ? 65 : 97
    return String.fromCharCode(((char.charCodeAt(0) - base + 13) % 26) + base)
  })

/** The ways in which a program can write a text, knowingly or not. */
export const encodings = {
  plain: (text: string) => text,
  capitals: (text: string) => text.toUpperCase(),
  base64: (text: string) => Buffer.from(text).toString('base64'),
  'base64 after one byte': (text: string) => Buffer.from(`:${text}`).toString('base64'),
  'base64 after two bytes': (text: string) => Buffer.from(`u:${text}`).toString('base64'),
  base64url: (text: string) => Buffer.from(text).toString('base64url'),
  hex: (text: string) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text: string) => Buffer.from(text).toString('hex').toUpperCase(),
  'escaped for a URL': (text: string) => encodeURIComponent(text),
  'escaped for a URL to the last letter': percent,
  'escaped for a URL twice': (text: string) => encodeURIComponent(percent(text)),
  'escaped for JSON': (text: string) =>
    bytes(text)
      .map((byte) => `\\u00${two(byte)}`)
      .join(''),
  'in JSON in JSON': (text: string) => JSON.stringify(JSON.stringify({ text })),
  'HTML entities': (text: string) =>
    bytes(text)
      .map((byte) => `&#${byte};`)
      .join(''),
  'HTML entities, hexadecimal': (text: string) =>
    bytes(text)
      .map((byte) => `&#x${two(byte)};`)
      .join(''),
  'UTF-16 bytes': (text: string) => Buffer.from(text, 'utf16le').toString('latin1'),
  'UTF-16 in base64': (text: string) => Buffer.from(text, 'utf16le').toString('base64'),
  'quoted-printable': (text: string) =>
    bytes(text)
      .map((byte) => `=${two(byte).toUpperCase()}`)
      .join(''),
  backwards: (text: string) => Array.from(text).toReversed().join(''),
  rot13,
  'with blanks between': (text: string) => Array.from(text).join(' '),
} as const
export type Encoding = keyof typeof encodings
export const encodingNames = Object.keys(encodings) as readonly Encoding[]

/** Hands out every canary in every encoding, one after another and then again, so that all of them get planted somewhere. */
export function createPlanter(canaries: readonly Canary[]): {
  next(): string
  /** So many of them in one text. */
  some(count: number): string
  readonly planted: () => number
} {
  let at = 0
  const next = (): string => {
    const encoding = encodingNames[Math.floor(at / canaries.length) % encodingNames.length]!
    const canary = canaries[at++ % canaries.length]!
    return encodings[encoding](canary.text)
  }
  return {
    next,
    some: (count) => Array.from({ length: count }, next).join('\n'),
    planted: () => at,
  }
}
