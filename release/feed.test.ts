import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { dump } from 'js-yaml'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readChannelFile } from '../src/main/updates/channel-file.ts'
import { publicKeyText, trustedKeys, verifyStatement } from '../src/main/updates/statement.ts'
import { changeRollout, writeFeed } from './feed.ts'
import type { Release } from './feed.ts'
import { findPacked, sha512Of } from './packed.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519').privateKey
const release: Release = {
  channel: 'stable',
  version: '1.2.0',
  notes: '### Fixed\n\n- “Quotes”, ümlauts: and a colon.',
  date: '2026-11-20T10:00:00.000Z',
  rollout: null,
  minimumVersion: null,
  key: privateKey,
  trusted: trustedKeys([publicKeyText(privateKey)]),
}

let folder = ''
let packedFolder = ''
let feed = ''

async function pack(name: string, files: Record<string, string>, version = '1.2.0'): Promise<void> {
  const at = join(packedFolder, name)
  mkdirSync(at, { recursive: true })
  const entries: { url: string; sha512: string; size: number }[] = []
  for (const [url, text] of Object.entries(files)) {
    writeFileSync(join(at, url), text)
    entries.push({ url, sha512: await sha512Of(join(at, url)), size: Buffer.byteLength(text) })
  }
  const suffix = { linux: '-linux', mac: '-mac', windows: '' }[name]
  writeFileSync(join(at, `stable${suffix}.yml`), dump({ version, files: entries, path: entries[0]?.url }))
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-feed-'))
  packedFolder = join(folder, 'dist')
  feed = join(folder, 'feed')
  await pack('linux', { 'hestami-chat-1.2.0-x64.AppImage': 'appimage', 'hestami-chat-1.2.0-x64.deb': 'deb' })
  await pack('windows', { 'hestami-chat-1.2.0-x64.exe': 'installer'.repeat(1000) })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (name: string) => {
  const reading = readChannelFile(readFileSync(join(feed, 'stable', name), 'utf8'))
  if (reading.kind === 'refused') throw new Error(reading.reason)
  return reading.file
}

test('signs every file, and names the channel files last', async () => {
  const names = await writeFeed(feed, release, await findPacked(packedFolder, 'stable'))
  expect(names.slice(-2)).toEqual(['stable.yml', 'stable-linux.yml'])
  expect(readdirSync(join(feed, 'stable')).sort()).toEqual([...names].sort())
  const file = read('stable-linux.yml')
  expect(file.releaseNotes).toBe(release.notes)
  for (const { url, sha512, size } of file.files)
    expect(
      verifyStatement(
        {
          version: '1.2.0',
          channel: 'stable',
          platform: 'linux',
          arch: 'x64',
          file: url,
          sha512,
          size,
          notes: release.notes,
        },
        file.hestami.signatures,
        release.trusted,
      ),
    ).toBe('signed')
})

test('gives an installer without a block map one that fits it', async () => {
  await writeFeed(feed, release, await findPacked(packedFolder, 'stable'))
  const map = JSON.parse(
    gunzipSync(readFileSync(join(feed, 'stable/hestami-chat-1.2.0-x64.exe.blockmap'))).toString('utf8'),
  ) as { files: { sizes: number[] }[] }
  expect(map.files[0]?.sizes.reduce((sum, size) => sum + size, 0)).toBe(9000)
})

test('the same release gives the same bytes', async () => {
  const packed = await findPacked(packedFolder, 'stable')
  await writeFeed(feed, release, packed)
  const first = readFileSync(join(feed, 'stable/stable-linux.yml'), 'utf8')
  await writeFeed(feed, release, packed)
  expect(readFileSync(join(feed, 'stable/stable-linux.yml'), 'utf8')).toBe(first)
})

test('a file that was changed after packing is refused', async () => {
  appendFileSync(join(packedFolder, 'linux/hestami-chat-1.2.0-x64.deb'), '!')
  await expect(findPacked(packedFolder, 'stable')).rejects.toThrow('not the file that was packed')
})
test('a name that no app would take is refused', async () => {
  await pack('linux', { 'Hestami Chat 1.2.0.AppImage': 'x' })
  await expect(findPacked(packedFolder, 'stable')).rejects.toThrow('artifactName')
})
test('an old packing is refused, and nothing is written over the channel files', async () => {
  await writeFeed(feed, release, await findPacked(packedFolder, 'stable'))
  const before = readFileSync(join(feed, 'stable/stable.yml'), 'utf8')
  await pack('linux', { 'hestami-chat-1.1.0-x64.AppImage': 'old' }, '1.1.0')
  await expect(writeFeed(feed, release, await findPacked(packedFolder, 'stable'))).rejects.toThrow('packed as 1.1.0')
  expect(readFileSync(join(feed, 'stable/stable.yml'), 'utf8')).toBe(before)
})
test('a key that the apps do not trust is refused', async () => {
  const packed = await findPacked(packedFolder, 'stable')
  await expect(writeFeed(feed, { ...release, key: other }, packed)).rejects.toThrow('none that these apps trust')
})
test('nothing packed is said', async () => {
  await expect(findPacked(packedFolder, 'beta')).rejects.toThrow('npm run package')
})

test('a release is slowed, stopped and let go again without the key', async () => {
  await writeFeed(feed, { ...release, rollout: 5 }, await findPacked(packedFolder, 'stable'))
  expect(read('stable-linux.yml').stagingPercentage).toBe(5)
  expect(changeRollout(feed, 'stable', { rollout: 50 })).toHaveLength(2)
  expect(read('stable.yml').stagingPercentage).toBe(50)
  changeRollout(feed, 'stable', { halted: true })
  const halted = read('stable-linux.yml')
  expect(halted.hestami.halted).toBe(true)
  expect(halted.files.map(({ size }) => size)).toEqual([8, 3])
  changeRollout(feed, 'stable', { halted: false })
  expect(read('stable-linux.yml').hestami.halted).toBe(false)
  expect(() => changeRollout(feed, 'beta', { rollout: 1 })).toThrow('there is no feed of beta')
})
