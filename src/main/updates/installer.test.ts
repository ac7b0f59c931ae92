import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sha512Of } from './download.ts'
import { createInstaller } from './installer.ts'
import type { Ready } from './install-types.ts'
import { openRecord } from './record.ts'
import type { UpdateHost } from './update-host.ts'

test('tidying up and getting ready do not get in each other’s way', async () => {
  const home = await mkdtemp(join(tmpdir(), 'hestami-installer-'))
  onTestFinished(async () => await rm(home, { recursive: true, force: true }))
  const image = join(home, 'App.AppImage')
  const path = join(home, 'downloaded')
  await writeFile(image, 'version 1.0.0')
  await writeFile(path, 'version 1.1.0')
  const folder = join(home, 'updates')
  const record = openRecord(folder, () => undefined)
  const host = { support: { kind: 'appimage', image }, relaunch: () => undefined } as unknown as UpdateHost
  const installer = createInstaller({ host, version: '1.0.0', folder, record })
  const info = { version: '1.1.0', notes: '' }
  const ready = { path, update: { info, statement: await sha512Of(path) } } as unknown as Ready

  // What an earlier return left, and takes its time to remove.
  const left = join(home, '.App.AppImage.return')
  await mkdir(left)
  for (let at = 0; at < 1000; at++) await writeFile(join(left, String(at)), '')
  record.set({ previous: { version: '0.9.0', ...(await sha512Of(image)) } })
  const tidied = installer.proved()
  await installer.prepare(ready)
  await tidied
  expect(record.get().previous).toMatchObject({ version: '1.0.0' })
  expect(await readFile(join(folder, 'previous.AppImage'), 'utf8')).toBe('version 1.0.0')
  expect(await readFile(join(home, '.App.AppImage.update'), 'utf8')).toBe('version 1.1.0')
  const late = installer.proved()
  await installer.settled()
  await late
  expect(record.get().previous).toBeNull()
})
