import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { startUpdateServer } from '../../../dev/update-server/server.ts'
import type { LocalUpdateServer } from '../../../dev/update-server/server.ts'
import { newKey } from './feed.ts'
import type { Key } from './feed.ts'
import { startUpdater } from './updater.ts'
import type { Client, ClientOptions as AllOptions, Installation } from './updater.ts'

export type { Client } from './updater.ts'
export type ClientOptions = Partial<AllOptions>

/** A computer: an installed app, its data, and the server that it asks. */
export interface Computer extends Installation {
  readonly feed: string
  readonly server: LocalUpdateServer
  readonly key: Key
}

export async function newComputer(installed: Buffer | string = 'the installed version'): Promise<Computer> {
  const folder = await mkdtemp(join(tmpdir(), 'hestami-updates-'))
  const image = join(folder, 'Hestami-Chat.AppImage')
  await writeFile(image, installed, { mode: 0o755 })
  const feed = join(folder, 'feed')
  const server = await startUpdateServer({ folder: feed })
  onTestFinished(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })
  return { folder, data: join(folder, 'data'), feed, image, server, key: newKey() }
}

/** Starts the app's updater on a computer. Null: it went back to the version before. */
export async function startClient(computer: Computer, options: ClientOptions = {}): Promise<Client | null> {
  const client = await startUpdater(computer, { keys: [computer.key.public], url: computer.server.url, ...options })
  if (client !== null) onTestFinished(async () => await client.updates.close())
  return client
}

/** A start that does come up. */
export async function mustStart(computer: Computer, options: ClientOptions = {}): Promise<Client> {
  const client = await startClient(computer, options)
  if (client === null) throw new Error('it went back to the version before')
  return client
}

/** Looks often until it is so. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(so, { timeout: 10_000, interval: 4 })
}
