import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { flavourOf } from '../src/main/flavour.ts'
import { keyIdOf, privateKeyOf, publicKeyText } from '../src/main/updates/statement.ts'
import { readUpdateBuild, trustedKeysOf } from '../src/main/updates/trusted-keys.ts'
import { notesOf } from './changelog.ts'
import { changeRollout, writeFeed } from './feed.ts'
import { findPacked } from './packed.ts'
import { writeSbom } from './sbom.ts'
import { uploadFeed } from './upload.ts'

const usage = `npm run release [-- FLAGS]   builds and signs the update feed of the version in package.json
  --packed DIR           where the packed apps are (dist)
  --feed DIR             where the feed is built (feed)
  --rollout PERCENT      how many of the installations are offered it (all)
  --minimum-version V    the oldest version that may update by itself
  --upload               uploads the feed to HESTAMI_FEED_TARGET instead
  --halt, --resume       stops a release that is in the feed, or lets it go (on), with --rollout to more installations
  --new-key              prints a new signing key and exits
HESTAMI_UPDATE_SIGNING_KEY is the private key (PKCS #8 PEM), HESTAMI_UPDATE_KEYS the public ones that were built into the apps.`

const root = resolve(import.meta.dirname, '..')
const say = (line: string): void => void process.stdout.write(`${line}\n`)

function newKey(): void {
  const { privateKey } = generateKeyPairSync('ed25519')
  say(`key id:      ${keyIdOf(privateKey)}`)
  say(`public key:  ${publicKeyText(privateKey)}`)
  say('private key, for the secret HESTAMI_UPDATE_SIGNING_KEY; it is kept nowhere else:')
  say(String(privateKey.export({ format: 'pem', type: 'pkcs8' })))
}

const percent = (text: string | undefined): number | null => {
  if (text === undefined) return null
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 100) throw new Error('--rollout is a whole number from 0 to 100')
  return value
}

/** Time of the commit: the same commit gives the same feed. */
const commitDate = (): string =>
  new Date(execFileSync('git', ['log', '-1', '--format=%cI'], { cwd: root, encoding: 'utf8' }).trim()).toISOString()

async function release(): Promise<void> {
  const { values } = parseArgs({
    options: {
      packed: { type: 'string', default: 'dist' },
      feed: { type: 'string', default: 'feed' },
      rollout: { type: 'string' },
      'minimum-version': { type: 'string' },
      upload: { type: 'boolean' },
      halt: { type: 'boolean' },
      resume: { type: 'boolean' },
      'new-key': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return say(usage)
  if (values['new-key']) return newKey()
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const flavour = flavourOf({ packaged: true, version })
  const channel = flavour.updateChannel
  const feed = resolve(root, values.feed)
  const rollout = percent(values.rollout)

  if (values.upload) {
    const target = process.env['HESTAMI_FEED_TARGET'] ?? ''
    if (target === '') throw new Error('HESTAMI_FEED_TARGET says where to: an absolute folder, or user@host:/path')
    uploadFeed(feed, channel, target)
    return say(`uploaded ${channel} ${version}`)
  }
  if (values.halt || values.resume) {
    const names = changeRollout(feed, channel, {
      halted: values.halt === true,
      ...(rollout === null ? {} : { rollout }),
    })
    return say(`${values.halt ? 'halted' : 'resumed'}: ${names.join(', ')}. Upload it with --upload.`)
  }

  const pem = process.env['HESTAMI_UPDATE_SIGNING_KEY'] ?? ''
  if (pem === '') throw new Error('HESTAMI_UPDATE_SIGNING_KEY is missing: the private key that signs updates')
  const notes = notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version)
  if (notes === null) throw new Error(`CHANGELOG.md says nothing about ${version}: people read it before they update`)
  const packed = await findPacked(resolve(root, values.packed), channel)
  const names = await writeFeed(
    feed,
    {
      channel,
      version,
      notes,
      date: commitDate(),
      rollout,
      minimumVersion: values['minimum-version'] ?? null,
      key: privateKeyOf(pem),
      trusted: trustedKeysOf(readUpdateBuild(process.env)),
    },
    packed,
  )
  const sbom = `hestami-chat-${version}.cdx.json`
  writeFileSync(join(feed, channel, sbom), `${JSON.stringify(writeSbom(root), null, 2)}\n`)
  for (const name of [sbom, ...names]) say(name)
  say(`${channel} ${version} for ${packed.map(({ platform, arch }) => `${platform}/${arch}`).join(', ')} in ${feed}`)
}

release().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exit(1)
})
