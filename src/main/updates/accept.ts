import { createHash } from 'node:crypto'
import { release as systemRelease } from 'node:os'
import { coerce, gt, lt, lte, valid } from 'semver'
import type { UpdateInfo } from '../../contract/updates.ts'
import { flavourOf } from '../flavour.ts'
import type { UpdateChannel } from '../flavour.ts'
import { readChannelFile } from './channel-file.ts'
import type { ChannelFile, ChannelFileEntry, ChannelFileProblem } from './channel-file.ts'
import { verifyStatement } from './statement.ts'
import type { Statement, StatementSignature, TrustedKeys, UpdateArch, UpdatePlatform } from './statement.ts'

/** What is installed and runs. */
export interface Installed {
  readonly version: string
  readonly channel: UpdateChannel
  readonly platform: UpdatePlatform
  readonly arch: Exclude<UpdateArch, 'universal'>
  /** How the file that can be installed here ends. */
  readonly extension: '.AppImage' | '.exe' | '.zip'
  /** The highest version that ever ran here; versions up to it are never offered again. */
  readonly highest: string | null
  /** Random, made once for this installation; for staged roll-outs. */
  readonly installId: string
}

/** What the server offers is not to be trusted, or not understood. */
export type RefusalReason =
  | ChannelFileProblem
  | 'wrong-channel'
  | 'wrong-platform'
  | 'wrong-arch'
  | 'bad-version'
  | 'version-of-another-channel'
  | 'no-file'
  | 'ambiguous-file'
  | 'unsigned'
  | 'unknown-key'
  | 'bad-signature'

/** What the server offers is genuine, and not for this installation (now). */
export type NoneReason =
  'current' | 'older' | 'ran-before' | 'halted' | 'minimum-version' | 'system-too-old' | 'not-in-rollout'

/** A file that may be installed; everything in it was signed or checked. */
export interface AcceptedUpdate {
  readonly info: UpdateInfo
  readonly statement: Statement
  readonly signatures: readonly StatementSignature[]
  readonly entry: ChannelFileEntry
}

export type Judgement =
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | { readonly kind: 'none'; readonly reason: NoneReason }
  | { readonly kind: 'update'; readonly update: AcceptedUpdate }

/** Where an installation is in a staged roll-out of a version, in percent. Different for each version, so that none is always first. */
export const rolloutPlace = (installId: string, version: string): number =>
  (createHash('sha256').update(`${installId} ${version}`).digest().readUInt32BE(0) / 2 ** 32) * 100

/** Notes as people may see them: no control characters, and none that turn the direction of text around. */
const plain = (notes: string): string =>
  notes
    .replaceAll('\r\n', '\n')
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')

const dateOf = (text: string | undefined): number | null => {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? null : time
}

/** Exactly what semver calls valid: no leading `v`, no build metadata, which would compare as equal. */
const isVersion = (text: string): boolean => valid(text) === text

function noneReason(file: ChannelFile, installed: Installed, system: string): NoneReason | null {
  const { version, hestami, minimumSystemVersion = '', stagingPercentage = 100 } = file
  if (version === installed.version) return 'current'
  if (lt(version, installed.version)) return 'older'
  if (installed.highest !== null && lte(version, installed.highest)) return 'ran-before'
  if (hestami.halted === true) return 'halted'
  const least = hestami.minimumVersion ?? ''
  if (isVersion(least) && lt(installed.version, least)) return 'minimum-version'
  const [needed, have] = [coerce(minimumSystemVersion), coerce(system)]
  if (needed !== null && have !== null && gt(needed, have)) return 'system-too-old'
  return rolloutPlace(installed.installId, version) < stagingPercentage ? null : 'not-in-rollout'
}

/** Judges a channel file for what is installed. Pure, never throws. First whether it can be trusted, then whether it is for us. */
export function acceptUpdate(
  text: string,
  installed: Installed,
  trusted: TrustedKeys,
  system: string = systemRelease(),
): Judgement {
  const refused = (reason: RefusalReason): Judgement => ({ kind: 'refused', reason })
  const reading = readChannelFile(text)
  if (reading.kind === 'refused') return reading
  const { file } = reading
  const { hestami, version } = file
  const { channel, platform } = installed
  if (hestami.channel !== channel) return refused('wrong-channel')
  if (hestami.platform !== platform) return refused('wrong-platform')
  if (hestami.arch !== installed.arch && hestami.arch !== 'universal') return refused('wrong-arch')
  if (!isVersion(version)) return refused('bad-version')
  // A version decides the flavour: one of another channel would come up as another app, with other data.
  if (flavourOf({ packaged: true, version }).updateChannel !== channel) return refused('version-of-another-channel')
  const fitting = file.files.filter(({ url }) => url.endsWith(installed.extension))
  const [entry, second] = fitting
  if (entry === undefined) return refused('no-file')
  if (second !== undefined) return refused('ambiguous-file')
  const notes = file.releaseNotes ?? ''
  const statement: Statement = {
    version,
    channel,
    platform,
    arch: hestami.arch,
    file: entry.url,
    sha512: entry.sha512,
    size: entry.size,
    notes,
  }
  const verdict = verifyStatement(statement, hestami.signatures, trusted)
  if (verdict !== 'signed') return refused(verdict === 'wrong' ? 'bad-signature' : verdict)
  const reason = noneReason(file, installed, system)
  if (reason !== null) return { kind: 'none', reason }
  return {
    kind: 'update',
    update: {
      info: { version, size: entry.size, releasedAt: dateOf(file.releaseDate), notes: plain(notes) },
      statement,
      signatures: hestami.signatures.filter((one) => one.file === entry.url),
      entry,
    },
  }
}
