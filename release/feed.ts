import type { KeyObject } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FAILSAFE_SCHEMA, dump, load } from 'js-yaml'
import type { UpdateChannel } from '../src/main/flavour.ts'
import { channelFileName, readChannelFile } from '../src/main/updates/channel-file.ts'
import { signStatement, statementFormat, verifyStatement } from '../src/main/updates/statement.ts'
import type { Statement, TrustedKeys } from '../src/main/updates/statement.ts'
import { writeBlockMap } from './block-map.ts'
import type { Packed, PackedFile } from './packed.ts'

export interface Release {
  readonly channel: UpdateChannel
  readonly version: string
  /** Markdown. */
  readonly notes: string
  /** ISO 8601; the commit's, so that the same commit gives the same feed. */
  readonly date: string
  /** Percent of the installations that are offered it; null: all. */
  readonly rollout: number | null
  /** The oldest version that may update by itself; null: any. */
  readonly minimumVersion: string | null
  readonly key: KeyObject
  /** The keys that the apps of this flavour trust: a feed that they would refuse is not written. */
  readonly trusted: TrustedKeys
}

const statementOf = (release: Release, packed: Packed, { name, sha512, size }: PackedFile): Statement => ({
  version: release.version,
  channel: release.channel,
  platform: packed.platform,
  arch: packed.arch,
  file: name,
  sha512,
  size,
  notes: release.notes,
})

function channelFileOf(release: Release, packed: Packed): string {
  const [first] = packed.files
  return dump(
    {
      version: release.version,
      files: packed.files.map(({ name, sha512, size, blockMapSize }) => ({
        url: name,
        sha512,
        size,
        ...(blockMapSize === null ? {} : { blockMapSize }),
      })),
      path: first?.name,
      sha512: first?.sha512,
      releaseDate: release.date,
      releaseNotes: release.notes,
      ...(release.rollout === null ? {} : { stagingPercentage: release.rollout }),
      hestami: {
        format: statementFormat,
        channel: release.channel,
        platform: packed.platform,
        arch: packed.arch,
        ...(release.minimumVersion === null ? {} : { minimumVersion: release.minimumVersion }),
        signatures: packed.files.map((file) => signStatement(statementOf(release, packed, file), release.key)),
      },
    },
    { lineWidth: -1 },
  )
}

/** What an app would make of the channel file; throws where it would refuse it. */
function checkAsAppWould(text: string, release: Release, packed: Packed): void {
  const reading = readChannelFile(text)
  if (reading.kind === 'refused') throw new Error(`apps would not read the channel file: ${reading.reason}`)
  for (const file of packed.files) {
    const verdict = verifyStatement(
      statementOf(release, packed, file),
      reading.file.hestami.signatures,
      release.trusted,
    )
    if (verdict === 'unknown-key') throw new Error('the signing key is none that these apps trust')
    if (verdict !== 'signed') throw new Error(`apps would refuse ${file.name}: ${verdict}`)
  }
}

/**
 * Writes `<folder>/<channel>/`: installers, block maps, and last the channel files. Answers the names in the order in which they have
 * to be uploaded. Throws an Error, and leaves the channel files as they were, when an app would refuse the result.
 */
export async function writeFeed(folder: string, release: Release, all: readonly Packed[]): Promise<string[]> {
  const target = join(folder, release.channel)
  mkdirSync(target, { recursive: true })
  const texts = all.map((packed) => {
    if (packed.version !== release.version)
      throw new Error(`${packed.platform} was packed as ${packed.version}, this is ${release.version}: pack again`)
    const text = channelFileOf(release, packed)
    checkAsAppWould(text, release, packed)
    return { name: channelFileName(release.channel, packed.platform, packed.arch), text }
  })
  const names: string[] = []
  for (const { files } of all)
    for (const { name, path, blockMapSize } of files) {
      copyFileSync(path, join(target, name))
      names.push(name)
      // An AppImage carries its block map at its end; where there is none beside the others, it is made.
      if (blockMapSize !== null || !/\.(exe|zip|dmg)$/.test(name)) continue
      const beside = `${path}.blockmap`
      if (existsSync(beside)) copyFileSync(beside, join(target, `${name}.blockmap`))
      else await writeBlockMap(join(target, name))
      names.push(`${name}.blockmap`)
    }
  for (const { name, text } of texts) writeFileSync(join(target, name), text)
  return [...names, ...texts.map(({ name }) => name)]
}

/** Changes what is not signed, in every channel file of a feed: how many are offered the release, and whether it is halted. */
export function changeRollout(
  folder: string,
  channel: UpdateChannel,
  change: { readonly rollout?: number; readonly halted?: boolean },
): string[] {
  const target = join(folder, channel)
  const names = existsSync(target) ? readdirSync(target).filter((name) => name.endsWith('.yml')) : []
  if (names.length === 0) throw new Error(`there is no feed of ${channel} in ${folder}`)
  for (const name of names) {
    const path = join(target, name)
    const found = load(readFileSync(path, 'utf8'), { schema: FAILSAFE_SCHEMA }) as Record<string, unknown> & {
      hestami: Record<string, unknown>
    }
    if (change.rollout !== undefined) found['stagingPercentage'] = String(change.rollout)
    if (change.halted !== undefined) found.hestami['halted'] = String(change.halted)
    const text = dump(found, { lineWidth: -1, schema: FAILSAFE_SCHEMA })
    if (readChannelFile(text).kind === 'refused')
      throw new Error(`${name} would not be read any more; nothing was changed`)
    writeFileSync(path, text)
  }
  return names
}
