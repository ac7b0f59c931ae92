import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dump } from 'js-yaml'
import { expect, test } from 'vitest'
import { changeRollout, writeFeed } from '../../release/feed.ts'
import { findPacked } from '../../release/packed.ts'
import { uploadFeed } from '../../release/upload.ts'
import { trustedKeys } from '../../src/main/updates/statement.ts'
import { bytesOf, sha512 } from './harness/feed.ts'
import { mustStart, newComputer, until } from './harness/client.ts'
import type { Computer } from './harness/client.ts'

/** Packs, builds, signs and uploads a release as `npm run release` does, to where the computer's update server looks. */
async function publish(computer: Computer, version: string, bytes: Buffer): Promise<void> {
  const dist = join(computer.folder, `dist-${version}`)
  const file = `hestami-chat-${version}-x86_64.AppImage`
  await mkdir(dist, { recursive: true })
  await writeFile(join(dist, file), bytes)
  // As electron-builder writes it.
  const written = { version, files: [{ url: file, sha512: sha512(bytes), size: bytes.length }], path: file }
  await writeFile(join(dist, 'stable-linux.yml'), dump(written))
  const staged = join(computer.folder, 'staged')
  await writeFeed(
    staged,
    {
      channel: 'stable',
      version,
      notes: `### Fixed\n\n- What is new in ${version}: “quotes”, ümlauts, \`code\`.`,
      date: '2026-11-20T12:00:00.000Z',
      rollout: null,
      minimumVersion: null,
      key: computer.key.private,
      trusted: trustedKeys([computer.key.public]),
    },
    await findPacked(dist, 'stable'),
  )
  uploadFeed(staged, 'stable', computer.feed)
}

test('what npm run release publishes is what an app accepts, downloads and is ready to install', async () => {
  const computer = await newComputer()
  const bytes = bytesOf('released', 300_000)
  await publish(computer, '9.1.0', bytes)
  const { updates } = await mustStart(computer, { version: '9.0.0' })
  await updates.check()
  await until(() => ['available', 'ready'].includes(updates.state().status.phase))
  if (updates.state().status.phase === 'available') updates.download()
  await until(() => updates.state().status.phase === 'ready')
  const { status } = updates.state()
  expect(status).toMatchObject({ phase: 'ready', update: { version: '9.1.0', size: 300_000 } })
  expect(status.phase === 'ready' ? status.update.notes : '').toContain('“quotes”, ümlauts')
})

test('a halted release is offered to nobody, and to everybody again when it goes on', async () => {
  const computer = await newComputer()
  await publish(computer, '9.1.0', bytesOf('released', 50_000))
  const yaml = await readFile(join(computer.feed, 'stable/stable-linux.yml'), 'utf8')
  changeRollout(computer.feed, 'stable', { halted: true })
  const { updates } = await mustStart(computer, { version: '9.0.0' })
  await updates.check()
  expect(updates.state().status.phase).not.toBe('available')
  expect(updates.state().status.phase).not.toBe('ready')
  changeRollout(computer.feed, 'stable', { halted: false, rollout: 100 })
  await updates.check()
  await until(() => ['available', 'ready'].includes(updates.state().status.phase))
  expect(yaml).not.toContain('halted')
})

test('a rollout of nobody is offered to nobody', async () => {
  const computer = await newComputer()
  await publish(computer, '9.1.0', bytesOf('released', 50_000))
  changeRollout(computer.feed, 'stable', { rollout: 0 })
  const { updates } = await mustStart(computer, { version: '9.0.0' })
  await updates.check()
  expect(updates.state().status.phase).toBe('idle')
})
