import { FAILSAFE_SCHEMA, load } from 'js-yaml'
import { z } from 'zod'
import type { UpdateChannel } from '../flavour.ts'
import { fileNamePattern, sha512Pattern, statementFormat } from './statement.ts'
import type { UpdateArch, UpdatePlatform } from './statement.ts'

/** Bytes of a channel file that are read at most. */
export const channelFileLimit = 256 * 1024
/** Bytes that an update may have: no release of this app comes near it. */
export const fileSizeLimit = 1024 * 1024 * 1024

// YAML's failsafe schema knows strings, lists and maps only: nothing of YAML's own ideas of types gets in.
const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^(0|[1-9][0-9]{0,15})$/)
    .transform(Number)
    .pipe(z.int().min(least).max(most))
const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true')

const channelFileEntry = z.strictObject({
  url: z.string().regex(fileNamePattern),
  sha512: z.string().regex(sha512Pattern),
  size: integer(1, fileSizeLimit),
  /** Of the block map at the end of an AppImage; for differential downloads. */
  blockMapSize: integer(1, 1024 * 1024).optional(),
  isAdminRightsRequired: yesOrNo.optional(),
})
export type ChannelFileEntry = z.infer<typeof channelFileEntry>

/**
 * The channel file: electron-updater's `<channel>.yml` and one key more, `hestami`. What is signed for each file of `files` is
 * a Statement of it; `halted`, `stagingPercentage`, `minimumVersion` and `releaseDate` are not signed, so that whoever runs the
 * server can stop or slow a release without the key. They can only keep an update from people, never give them another.
 */
export const channelFile = z.strictObject({
  version: z.string().min(1).max(64),
  files: z.array(channelFileEntry).min(1).max(20),
  /** The first file once more, for old versions of electron-updater. Not read. */
  path: z.string().max(300).optional(),
  sha512: z.string().max(200).optional(),
  size: z.string().max(20).optional(),
  releaseName: z.string().max(200).optional(),
  /** ISO 8601. */
  releaseDate: z.string().max(40).optional(),
  /** Markdown; signed. */
  releaseNotes: z.string().max(50_000).optional(),
  /** Percent of the installations that are offered it. */
  stagingPercentage: integer(0, 100).optional(),
  minimumSystemVersion: z.string().max(40).optional(),
  hestami: z.strictObject({
    format: integer(1, 1_000_000),
    channel: z.string().max(20),
    platform: z.string().max(20),
    arch: z.string().max(20),
    /** The kill switch: nobody installs this release any more, also who has it downloaded already. */
    halted: yesOrNo.optional(),
    /** The oldest version that may update to this one by itself. */
    minimumVersion: z.string().max(64).optional(),
    signatures: z
      .array(
        z.strictObject({
          key: z.string().regex(/^[0-9a-f]{16}$/),
          file: z.string().max(200),
          signature: z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/),
        }),
      )
      .max(80),
  }),
})
export type ChannelFile = z.infer<typeof channelFile>

export type ChannelFileProblem =
  'too-large' | 'not-yaml' | 'unknown-format' | 'unsafe-name' | 'bad-size' | 'bad-hash' | 'long-notes' | 'wrong-shape'

export type ChannelFileReading =
  | { readonly kind: 'read'; readonly file: ChannelFile }
  | { readonly kind: 'refused'; readonly reason: ChannelFileProblem }

const byField: Readonly<Record<string, ChannelFileProblem>> = {
  url: 'unsafe-name',
  size: 'bad-size',
  sha512: 'bad-hash',
  releaseNotes: 'long-notes',
}

/** Reads a channel file that nobody vouches for yet. Never throws. */
export function readChannelFile(text: string): ChannelFileReading {
  const refused = (reason: ChannelFileProblem): ChannelFileReading => ({ kind: 'refused', reason })
  if (Buffer.byteLength(text) > channelFileLimit) return refused('too-large')
  let found: unknown
  try {
    found = load(text, { schema: FAILSAFE_SCHEMA })
  } catch {
    return refused('not-yaml')
  }
  const format = z.looseObject({ hestami: z.looseObject({ format: z.string() }) }).safeParse(found)
  if (format.success && format.data.hestami.format !== String(statementFormat)) return refused('unknown-format')
  const parsed = channelFile.safeParse(found)
  if (parsed.success) return { kind: 'read', file: parsed.data }
  return refused(byField[String(parsed.error.issues[0]?.path.at(-1))] ?? 'wrong-shape')
}

/** `stable.yml` (Windows), `stable-mac.yml`, `stable-linux.yml`, `stable-linux-arm64.yml`: electron-updater's names. */
export function channelFileName(channel: UpdateChannel, platform: UpdatePlatform, arch: UpdateArch): string {
  const suffix = { win32: '', darwin: '-mac', linux: arch === 'arm64' ? '-linux-arm64' : '-linux' }[platform]
  return `${channel}${suffix}.yml`
}

/** Where the files of a channel are: `<base>/<channel>/`, the channel file and what it names side by side. */
export const channelUrl = (base: string, channel: UpdateChannel): string => `${base.replace(/\/+$/, '')}/${channel}/`
