import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { newRecord, updatesFolder } from '../../src/main/updates/record.ts'
import type { UpdateRecord } from '../../src/main/updates/record.ts'
import { mustStart, newComputer, startClient, until } from './harness/client.ts'
import type { Client, ClientOptions, Computer } from './harness/client.ts'
import { makeRelease, newKey, sha512, writeRelease } from './harness/feed.ts'

const recordOf = async ({ data }: Computer): Promise<UpdateRecord> =>
  JSON.parse(await readFile(join(updatesFolder(data), 'record.json'), 'utf8')) as UpdateRecord

async function writeRecord({ data }: Computer, patch: Partial<UpdateRecord>): Promise<void> {
  await mkdir(updatesFolder(data), { recursive: true })
  await writeFile(join(updatesFolder(data), 'record.json'), JSON.stringify({ ...newRecord(), ...patch }))
}

/** All that a start has to show. */
function comesUp(client: Client): Client {
  client.updates.start()
  client.updates.ready()
  client.setSession('signed-in')
  return client
}

/** From an installed 1.0.0 to `version` in its place, by an update. */
async function update(computer: Computer, version = '1.1.0', options: ClientOptions = {}): Promise<Client> {
  await writeRelease(computer.feed, makeRelease({ version, key: computer.key }))
  const client = comesUp(await mustStart(computer, { trial: true, ...options }))
  await client.updates.check()
  await until(() => client.phase() === 'ready')
  expect(await client.updates.restart(false)).toEqual({ kind: 'restarting' })
  await client.updates.close()
  return client
}
const next: ClientOptions = { version: '1.1.0', trial: true }
/** A start that comes to nothing: the process is gone before it could do anything in order. */
const crash = async (computer: Computer, options = next): Promise<Client> => await mustStart(computer, options)

describe('a version that works', () => {
  test('says once that it is new, and is what is gone back to from then on', async () => {
    const computer = await newComputer()
    const old = await update(computer)
    expect(old.relaunched).toEqual([computer.image])
    expect((await recordOf(computer)).previous).toMatchObject({ version: '1.0.0' })

    const client = await mustStart(computer, next)
    const outcome = { kind: 'updated', from: '1.0.0', to: '1.1.0', notes: 'What is new in 1.1.0' }
    expect(client.updates.state().outcome).toEqual(outcome)
    comesUp(client)
    expect(client.updates.state().outcome).toEqual(outcome)
    client.updates.dismissOutcome()
    expect(client.updates.state().outcome).toBeNull()
    await until(async () => (await recordOf(computer)).previous === null)
    expect(await recordOf(computer)).toMatchObject({ highest: '1.1.0', trial: null, pending: null, outcome: null })
    await client.updates.close()
    expect((await mustStart(computer, next)).updates.state().outcome).toBeNull()
  })

  test.each<[string, (client: Client) => void, ClientOptions]>([
    ['no window is painted', (client) => client.setSession('signed-in'), {}],
    ['nobody knows who is signed in', (client) => client.updates.ready(), {}],
    ['the storage is not open', (client) => comesUp(client), { storageOpen: () => false }],
  ])('has not shown it while %s', async (_what, come, options) => {
    const computer = await newComputer()
    await update(computer)
    const client = await mustStart(computer, { ...next, ...options })
    client.updates.start()
    come(client)
    expect((await recordOf(computer)).trial).toEqual({ version: '1.1.0', from: '1.0.0', starts: 1 })
  })

  test('shows it without a window where none is wanted', async () => {
    const computer = await newComputer()
    await update(computer)
    const client = await mustStart(computer, { ...next, hasWindow: () => false })
    client.updates.start()
    client.setSession('signed-out')
    expect((await recordOf(computer)).trial).toBeNull()
  })

  test('may show it late', async () => {
    const computer = await newComputer()
    await update(computer)
    const client = await mustStart(computer, { ...next, timing: { proof: 1 } })
    client.updates.start()
    await until(() => client.log.some(({ event }) => event === 'updates.not-proved'))
    comesUp(client)
    expect((await recordOf(computer)).trial).toBeNull()
  })

  test('is not counted against when it is left in order', async () => {
    const computer = await newComputer()
    await update(computer)
    for (let starts = 0; starts < 5; starts++) {
      const client = await mustStart(computer, next)
      client.updates.start()
      await client.updates.close()
    }
    expect((await recordOf(computer)).trial).toMatchObject({ starts: 0 })
  })
})

describe('an AppImage that does not come up', () => {
  test('gives way to the version before at the third start, and is not offered again', async () => {
    const computer = await newComputer('version 1.0.0')
    await update(computer)
    await crash(computer)
    await crash(computer)
    expect(await startClient(computer, next)).toBeNull()
    expect(await readFile(computer.image, 'utf8')).toBe('version 1.0.0')

    const client = await mustStart(computer, { trial: true })
    expect(client.updates.state().outcome).toEqual({ kind: 'rolled-back', from: '1.1.0', to: '1.0.0' })
    comesUp(client)
    await until(async () => (await recordOf(computer)).previous === null)
    await client.updates.check()
    expect(client.reasons('updates.none')).toEqual(['ran-before'])
    await writeRelease(computer.feed, makeRelease({ version: '1.1.1', key: computer.key }))
    await client.updates.check()
    await until(() => client.phase() === 'ready')
  })

  test('and paints nothing the second time either: gives way at once', async () => {
    const computer = await newComputer('version 1.0.0')
    await update(computer)
    await crash(computer)
    const client = await mustStart(computer, { ...next, timing: { proof: 5 } })
    client.updates.start()
    await until(() => client.quits === 1)
    expect(client.relaunched).toEqual([computer.image])
    expect(await readFile(computer.image, 'utf8')).toBe('version 1.0.0')
    await client.updates.close()
    const back = await mustStart(computer, { trial: true })
    expect(back.updates.state().outcome).toEqual({ kind: 'rolled-back', from: '1.1.0', to: '1.0.0' })
  })

  test('the first time its minute is over, it only counts; and looks for a version that helps', async () => {
    const computer = await newComputer('version 1.0.0')
    await update(computer)
    await writeRelease(computer.feed, makeRelease({ version: '1.1.1', key: computer.key }))
    const client = await mustStart(computer, { ...next, timing: { proof: 1, schedule: { first: 1 } } })
    client.updates.start()
    await until(() => client.phase() === 'ready')
    expect(client.quits).toBe(0)
    // What has not proved itself is not kept in place of what had.
    expect((await recordOf(computer)).previous).toMatchObject({ version: '1.0.0' })
  })

  test.each<[string, (computer: Computer) => Promise<void>]>([
    [
      'was changed',
      async ({ data }) => await writeFile(join(updatesFolder(data), 'previous.AppImage'), 'version 1.0.1'),
    ],
    [
      'is not known',
      async (computer) => await writeRecord(computer, { ...(await recordOf(computer)), previous: null }),
    ],
  ])('says so, and goes on, where the version before %s', async (_what, spoil) => {
    const computer = await newComputer('version 1.0.0')
    await update(computer)
    await crash(computer)
    await crash(computer)
    await spoil(computer)
    const client = await mustStart(computer, next)
    const url = 'https://updates.example/'
    expect(client.updates.state().outcome).toEqual({ kind: 'unhealthy', version: '1.1.0', url })
    comesUp(client)
    expect(await readFile(computer.image, 'utf8')).not.toContain('version 1.0')
    await client.updates.close()
    expect((await mustStart(computer, next)).updates.state().outcome).toBeNull()
  })
})

describe('Windows', () => {
  /** An installer that notes how it was started. */
  const installer = ({ folder }: Computer, version: string): Buffer =>
    Buffer.from(`#!/bin/sh\necho ${version} "$@" >> '${join(folder, 'ran')}'\n`)
  const ran = async ({ folder }: Computer): Promise<string[]> =>
    (await readFile(join(folder, 'ran'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
  const windows: ClientOptions = { kind: 'nsis', trial: true }

  async function install(computer: Computer, from: string, to: string): Promise<void> {
    const release = makeRelease({ version: to, key: computer.key, platform: 'win32', bytes: installer(computer, to) })
    await writeRelease(computer.feed, release)
    const client = comesUp(await mustStart(computer, { ...windows, version: from }))
    await client.updates.check()
    await until(() => client.phase() === 'ready')
    // On Windows every file can be started.
    await chmod(join(updatesFolder(computer.data), 'cache/pending', release.statement.file), 0o700)
    expect(await client.updates.restart(false)).toEqual({ kind: 'restarting' })
    await client.updates.close()
    expect(client.reasons('updates.not-installed')).toEqual([])
  }
  const settled = async (computer: Computer, version: string): Promise<void> => {
    const client = comesUp(await mustStart(computer, { ...windows, version }))
    await until(async () => (await recordOf(computer)).installer === null)
    expect((await recordOf(computer)).good?.statement.version).toBe(version)
    await client.updates.close()
  }

  test('goes back by the installer of the version that worked last', async () => {
    const computer = await newComputer()
    await install(computer, '1.0.0', '1.1.0')
    await settled(computer, '1.1.0')
    await install(computer, '1.1.0', '1.2.0')
    await until(async () => (await ran(computer)).length === 2)
    const bad = { ...windows, version: '1.2.0' }
    await crash(computer, bad)
    await crash(computer, bad)
    expect(await startClient(computer, bad)).toBeNull()
    await until(async () => (await ran(computer)).length === 3)
    const how = '--updated /S --force-run'
    expect(await ran(computer)).toEqual([`1.1.0 ${how}`, `1.2.0 ${how}`, `1.1.0 ${how}`])
    const back = await mustStart(computer, { ...windows, version: '1.1.0' })
    expect(back.updates.state().outcome).toEqual({ kind: 'rolled-back', from: '1.2.0', to: '1.1.0' })
  })

  test.each<[string, (computer: Computer) => Promise<void>, ClientOptions]>([
    [
      'is another file',
      async (computer) =>
        await writeFile(join(updatesFolder(computer.data), 'cache/installer.exe'), installer(computer, 'evil')),
      {},
    ],
    [
      'is another file, and the record says so too',
      async (computer) => {
        const bytes = installer(computer, 'evil')
        await writeFile(join(updatesFolder(computer.data), 'cache/installer.exe'), bytes)
        const { good, ...rest } = await recordOf(computer)
        if (good) Object.assign(good.statement, { sha512: sha512(bytes), size: bytes.length })
        await writeRecord(computer, { ...rest, good })
      },
      {},
    ],
    [
      'was signed by a key that is not trusted any more',
      async () => await Promise.resolve(),
      { keys: [newKey().public] },
    ],
    [
      'has no good code signature any more',
      async () => await Promise.resolve(),
      { verifyCodeSignature: async () => await Promise.resolve('not-valid') },
    ],
  ])('says so, and goes on, where that installer %s', async (_what, spoil, options) => {
    const computer = await newComputer()
    await install(computer, '1.0.0', '1.1.0')
    await settled(computer, '1.1.0')
    await writeRecord(computer, {
      ...(await recordOf(computer)),
      trial: { version: '1.2.0', from: '1.1.0', starts: 2 },
    })
    await spoil(computer)
    const client = await mustStart(computer, { ...windows, version: '1.2.0', ...options })
    expect(client.updates.state().outcome).toMatchObject({ kind: 'unhealthy', version: '1.2.0' })
    expect((await ran(computer)).join()).not.toContain('evil')
  })

  test('the first update has nothing to go back to, and says so', async () => {
    const computer = await newComputer()
    await install(computer, '1.0.0', '1.1.0')
    await crash(computer, { ...windows, version: '1.1.0' })
    await crash(computer, { ...windows, version: '1.1.0' })
    const client = await mustStart(computer, { ...windows, version: '1.1.0' })
    expect(client.updates.state().outcome).toMatchObject({ kind: 'unhealthy', version: '1.1.0' })
  })
})

describe('an update that the system did not install', () => {
  test('is told, and after the second time is not tried again unasked', async () => {
    const computer = await newComputer('version 1.0.0')
    for (const times of [1, 2]) {
      await update(computer)
      // The installer was cancelled, or the system did not let it.
      await writeFile(computer.image, 'version 1.0.0')
      const client = await mustStart(computer, { trial: true })
      expect(client.updates.state().outcome).toEqual({ kind: 'not-applied', version: '1.1.0' })
      expect((await recordOf(computer)).notApplied).toEqual({ version: '1.1.0', times })
      comesUp(client)
      await client.updates.close()
    }
    const client = comesUp(await mustStart(computer, { trial: true, timing: { schedule: { first: 1 } } }))
    await until(() => client.log.some(({ event }) => event === 'updates.found'))
    expect(client.phase()).toBe('idle')
    await client.updates.check()
    await until(() => client.phase() === 'ready')
  })
})
