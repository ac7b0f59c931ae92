import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { UpdateChannel } from '../flavour.ts'

/**
 * What the publisher signs for each file of a release, besides what the operating system has signed: which bytes may be
 * installed as which version, from which channel, on which system. An update is taken only with such a signature by a key
 * that is built into the app, so that neither the server nor its operator can make an app install anything.
 *
 * The signature is Ed25519 over `statementBytes`. Signatures are in the channel file (channel-file.ts), under `hestami`.
 */
export interface Statement {
  /** Semantic version, without a leading `v`. */
  readonly version: string
  readonly channel: UpdateChannel
  readonly platform: UpdatePlatform
  readonly arch: UpdateArch
  /** Name of the file, beside the channel file. */
  readonly file: string
  /** Base64 of the 64 bytes, as in electron-updater's channel files. */
  readonly sha512: string
  /** Bytes. */
  readonly size: number
  /** Release notes exactly as they are in the channel file; people are shown nothing that is not signed. */
  readonly notes: string
}

/** As Node names the systems (`process.platform`). */
export type UpdatePlatform = 'darwin' | 'linux' | 'win32'
/** `universal`: one file for every processor of the system. */
export type UpdateArch = 'arm64' | 'universal' | 'x64'

/** One signature of one file. `key`: id of the key (see keyIdOf); `signature`: base64 of the 64 bytes. */
export interface StatementSignature {
  readonly key: string
  readonly file: string
  readonly signature: string
}

/** Public keys that may sign, by id. More than one while keys are being changed. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>

/** Raised when the bytes of a statement change; a client knows exactly one. */
export const statementFormat = 1

/** Plain names only: no folder, no shell character, nothing that a URL or a file system reads in a second way. */
export const fileNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/
export const sha512Pattern = /^[A-Za-z0-9+/]{85}[AQgw]==$/
const versionPattern = /^[0-9A-Za-z.+-]{1,64}$/

/**
 * The bytes that are signed: one `name=value` line for each field, in this order, in ASCII, each ended by a line feed. The
 * first line keeps the signature from being one of anything else. `notes` is in it as base64 of its SHA-512 (UTF-8).
 * Throws a TypeError that names the field when one cannot be what it is meant to be.
 */
export function statementBytes(statement: Statement): Buffer {
  const { version, channel, platform, arch, file, sha512, size, notes } = statement
  const check = (field: keyof Statement, fits: boolean): void => {
    if (!fits) throw new TypeError(`not a statement: ${field}`)
  }
  check('version', versionPattern.test(version))
  check('channel', ['stable', 'beta', 'debug'].includes(channel))
  check('platform', ['darwin', 'linux', 'win32'].includes(platform))
  check('arch', ['arm64', 'universal', 'x64'].includes(arch))
  check('file', fileNamePattern.test(file))
  check('sha512', sha512Pattern.test(sha512))
  check('size', Number.isSafeInteger(size) && size > 0)
  const lines = [
    `hestami-update=${statementFormat}`,
    `version=${version}`,
    `channel=${channel}`,
    `platform=${platform}`,
    `arch=${arch}`,
    `file=${file}`,
    `sha512=${sha512}`,
    `size=${size}`,
    `notes=${createHash('sha512').update(notes, 'utf8').digest('base64')}`,
  ]
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1')
}

const ed25519 = (key: KeyObject): KeyObject => {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key')
  return key
}

/** A public key as it is built into the app: base64 of its SPKI DER, which is the body of a `PUBLIC KEY` PEM. Throws. */
export const publicKeyOf = (base64: string): KeyObject =>
  ed25519(createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' }))

/** A private key as the publisher has it: PKCS #8 PEM. Throws. */
export const privateKeyOf = (pem: string): KeyObject => ed25519(createPrivateKey({ key: pem, format: 'pem' }))

const spki = (key: KeyObject): Buffer =>
  (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' })

/** The public half, in the form that publicKeyOf takes. */
export const publicKeyText = (key: KeyObject): string => spki(key).toString('base64')

/** The first 8 bytes of the SHA-256 of the public key (SPKI DER), in hex: enough to find a key, nothing is trusted for it. */
export const keyIdOf = (key: KeyObject): string => createHash('sha256').update(spki(key)).digest('hex').slice(0, 16)

export const trustedKeys = (texts: readonly string[]): TrustedKeys =>
  new Map(texts.map(publicKeyOf).map((key) => [keyIdOf(key), key]))

/** What goes under `hestami.signatures` for one file. Throws a TypeError for what is not a statement. */
export const signStatement = (statement: Statement, privateKey: KeyObject): StatementSignature => ({
  key: keyIdOf(privateKey),
  file: statement.file,
  signature: sign(null, statementBytes(statement), ed25519(privateKey)).toString('base64'),
})

/** `unknown-key`: none of the signatures of this file is by a trusted key. `wrong`: one claims to be, and is not of this. */
export type Verdict = 'signed' | 'unsigned' | 'unknown-key' | 'wrong'

/** Judges the signatures of one statement. One good signature of several is enough: keys overlap while they change. */
export function verifyStatement(
  statement: Statement,
  signatures: readonly StatementSignature[],
  trusted: TrustedKeys,
): Verdict {
  const own = signatures.filter(({ file }) => file === statement.file)
  if (own.length === 0) return 'unsigned'
  const known = own.flatMap(({ key, signature }) => {
    const found = trusted.get(key)
    return found === undefined ? [] : [{ key: found, signature: Buffer.from(signature, 'base64') }]
  })
  if (known.length === 0) return 'unknown-key'
  const bytes = statementBytes(statement)
  return known.some(({ key, signature }) => verify(null, bytes, key, signature)) ? 'signed' : 'wrong'
}
