import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Fault } from '../../dev/update-server/faults.ts'
import { updatesFolder } from '../../src/main/updates/record.ts'
import { mustStart, newComputer, until } from './harness/client.ts'
import type { Client, ClientOptions, Computer } from './harness/client.ts'
import { bytesOf, makeRelease, writeRelease } from './harness/feed.ts'
import type { Made } from './harness/feed.ts'

const size = 1_000_000

async function withRelease(): Promise<{ computer: Computer; made: Made; file: string }> {
  const computer = await newComputer()
  const made = makeRelease({ version: '1.1.0', key: computer.key, bytes: bytesOf('1.1.0', size) })
  await writeRelease(computer.feed, made)
  return { computer, made, file: `stable/${made.statement.file}` }
}
const sent = ({ server }: Computer, file: string): number =>
  server.served.filter(({ name }) => name === file).reduce((sum, one) => sum + one.sent, 0)

/** Looks for the update and downloads it, for the user; resolves when that came to an end. */
async function fetchIt(client: Client): Promise<Client> {
  await client.updates.check()
  await until(() => ['ready', 'failed'].includes(client.phase()))
  return client
}
async function install(client: Client, computer: Computer): Promise<Buffer> {
  expect(await client.updates.restart(false)).toEqual({ kind: 'restarting' })
  await client.updates.close()
  return await readFile(computer.image)
}
const once: ClientOptions = { timing: { download: { retries: 0, pause: 1, stall: 2000 } } }
const patient: ClientOptions = { timing: { download: { retries: 3, pause: 1, stall: 2000 } } }

describe('an interrupted download', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('at %i tenths goes on there after a restart', async (tenths) => {
    const { computer, made, file } = await withRelease()
    computer.server.setFaults([
      { file: '*.AppImage', times: 1, fault: { kind: 'cut', after: (size * tenths) / 10 } },
      { file: '*.AppImage', fault: { kind: 'status', status: 503 } },
    ])
    const first = await fetchIt(await mustStart(computer, once))
    expect(first.updates.state().status).toMatchObject({ phase: 'failed', problem: 'unreachable' })
    await first.updates.close()
    computer.server.setFaults([])

    const second = await fetchIt(await mustStart(computer, once))
    expect(second.phase()).toBe('ready')
    expect(computer.server.served.at(-1)).toMatchObject({ name: file, status: 206 })
    expect(sent(computer, file)).toBeLessThanOrEqual(size * 1.1)
    expect(await install(second, computer)).toEqual(made.bytes)
  })

  test('at every tenth goes on by itself', async () => {
    const { computer, made, file } = await withRelease()
    computer.server.setFaults([{ file: '*.AppImage', times: 9, fault: { kind: 'cut', after: size / 10 } }])
    const client = await fetchIt(await mustStart(computer, patient))
    expect(client.phase()).toBe('ready')
    expect(computer.server.served.filter(({ name }) => name === file)).toHaveLength(10)
    expect(sent(computer, file)).toBeLessThanOrEqual(size * 1.1)
    expect(await install(client, computer)).toEqual(made.bytes)
    const received = client.states.flatMap(({ status }) =>
      status.phase === 'downloading' ? [status.receivedBytes] : [],
    )
    expect(received).toEqual(received.toSorted((a, b) => a - b))
  })

  test('begins anew when the server has another file by then', async () => {
    const { computer, made, file } = await withRelease()
    computer.server.setFaults([
      { file: '*.AppImage', times: 1, fault: { kind: 'cut', after: size / 2 } },
      { file: '*.AppImage', times: 1, fault: { kind: 'new-etag' } },
    ])
    const client = await fetchIt(await mustStart(computer, patient))
    expect(computer.server.served.at(-1)).toMatchObject({ name: file, status: 200, sent: size })
    expect(await install(client, computer)).toEqual(made.bytes)
  })

  test.each<Fault>([{ kind: 'no-ranges' }, { kind: 'wrong-range' }])(
    'begins anew where ranges are not what was asked for: $kind',
    async (fault) => {
      const { computer, made } = await withRelease()
      computer.server.setFaults([
        { file: '*.AppImage', times: 1, fault: { kind: 'cut', after: size / 2 } },
        { file: '*.AppImage', times: 1, fault },
      ])
      const client = await fetchIt(await mustStart(computer, patient))
      expect(await install(client, computer)).toEqual(made.bytes)
    },
  )

  test('by the user, goes on when they want it again', async () => {
    const { computer, made, file } = await withRelease()
    computer.server.setFaults([{ file: '*.AppImage', times: 1, fault: { kind: 'stall', after: size / 2 } }])
    const client = await mustStart(computer, { timing: { download: { stall: 60_000 } } })
    await client.updates.check()
    const part = async (): Promise<number> => {
      const folder = join(updatesFolder(computer.data), 'parts')
      const names = await readdir(folder).catch(() => [])
      const name = names.find((one) => one.endsWith('.part'))
      return name === undefined ? 0 : (await readFile(join(folder, name))).length
    }
    await until(async () => (await part()) === size / 2)
    client.updates.cancel()
    await until(() => client.phase() === 'available')
    client.updates.download()
    await until(() => client.phase() === 'ready')
    expect(sent(computer, file)).toBe(size)
    expect(await install(client, computer)).toEqual(made.bytes)
  })
})

describe('a file that is not what was signed', () => {
  test.each<[string, Fault, string, string]>([
    ['one bit is another', { kind: 'tamper', at: 500_000 }, 'wrong-hash', 'damaged'],
    ['it ends early, and says so', { kind: 'truncate', size: size - 1 }, 'wrong-length', 'damaged'],
    ['it goes on after its end, and says so', { kind: 'append', bytes: 1 }, 'too-long', 'damaged'],
    ['it goes on after its end', { kind: 'endless', bytes: 1 }, 'too-long', 'damaged'],
    ['it says to be longer', { kind: 'length', value: size * 2 }, 'too-long', 'damaged'],
    ['it says to be shorter', { kind: 'length', value: size / 2 }, 'wrong-length', 'damaged'],
    ['it is another one, of the same length', { kind: 'instead', text: 'x'.repeat(size) }, 'wrong-hash', 'damaged'],
    ['it is not there', { kind: 'status', status: 404 }, 'status', 'unreachable'],
    ['it is elsewhere', { kind: 'redirect', to: 'https://elsewhere.example/x.AppImage' }, 'redirected', 'unreachable'],
    ['it stops coming', { kind: 'stall', after: 1000 }, 'stalled', 'unreachable'],
    ['it drips', { kind: 'slow', bytesPerSecond: 2000 }, 'stalled', 'unreachable'],
    ['its connections all end', { kind: 'cut', after: 100 }, 'cut-off', 'unreachable'],
  ])('%s', async (_name, fault, reason, problem) => {
    const { computer, made } = await withRelease()
    computer.server.setFaults([{ file: '*.AppImage', fault }])
    const client = await mustStart(computer, { timing: { download: { retries: 1, pause: 1, stall: 150 } } })
    await fetchIt(client)
    expect(client.updates.state().status).toMatchObject({ phase: 'failed', update: { version: '1.1.0' }, problem })
    expect(client.reasons('updates.not-downloaded')).toEqual([reason])
    expect(await client.updates.restart(true)).toEqual({ kind: 'not-ready' })
    const left = await readdir(join(updatesFolder(computer.data), 'parts')).catch(() => [])
    expect(problem === 'damaged' ? left : []).toEqual([])

    // The next time, the server is a good one.
    computer.server.setFaults([])
    client.updates.download()
    await until(() => client.phase() === 'ready')
    expect(await install(client, computer)).toEqual(made.bytes)
  })

  test('unasked, nobody is told and nobody fetches it twice', async () => {
    const { computer, file } = await withRelease()
    computer.server.setFaults([{ file: '*.AppImage', fault: { kind: 'tamper', at: 0 } }])
    const client = await mustStart(computer, { timing: { schedule: { first: 1, every: 20 } } })
    client.updates.start()
    client.updates.ready()
    client.setSession('signed-out')
    await expect.poll(() => client.log.filter(({ event }) => event === 'updates.found').length).toBeGreaterThan(3)
    expect(sent(computer, file)).toBe(size)
    expect(client.reasons('updates.not-downloaded')).toEqual(['wrong-hash'])
    expect(client.states.some(({ status }) => status.phase === 'failed')).toBe(false)
  })
})

describe('a file that is changed on the disk', () => {
  test('after it was downloaded: not installed', async () => {
    const { computer } = await withRelease()
    const client = await fetchIt(await mustStart(computer))
    const [pending = ''] = (await readdir(join(updatesFolder(computer.data), 'cache/pending'))).filter((name) =>
      name.endsWith('.AppImage'),
    )
    await writeFile(join(updatesFolder(computer.data), 'cache/pending', pending), bytesOf('evil', size))
    expect(await client.updates.restart(false)).toEqual({ kind: 'not-ready' })
    expect(client.updates.state().status).toMatchObject({ phase: 'failed', problem: 'damaged' })
    expect(client.quits).toBe(0)
    await client.updates.close()
    expect(await readFile(computer.image, 'utf8')).toBe('the installed version')
  })

  test('after the last look at it: the old version starts again', async () => {
    const { computer } = await withRelease()
    const client = await fetchIt(await mustStart(computer))
    expect(await client.updates.restart(false)).toEqual({ kind: 'restarting' })
    await writeFile(join(computer.folder, '.Hestami-Chat.AppImage.update'), bytesOf('evil', size))
    await client.updates.close()
    expect(client.relaunched).toEqual([null])
    expect(client.reasons('updates.not-installed')).toEqual(['changed-on-disk'])
    expect(await readFile(computer.image, 'utf8')).toBe('the installed version')
  })

  test('between two starts: fetched again', async () => {
    const { computer, made, file } = await withRelease()
    const first = await fetchIt(await mustStart(computer))
    await first.updates.close()
    const pending = join(updatesFolder(computer.data), 'cache/pending', made.statement.file)
    const client = await fetchIt(await mustStart(computer))
    expect(sent(computer, file)).toBe(size)
    await client.updates.close()
    await writeFile(pending, bytesOf('evil', size))
    const last = await fetchIt(await mustStart(computer))
    expect(sent(computer, file)).toBe(size * 2)
    expect(await install(last, computer)).toEqual(made.bytes)
  })

  test.each(['parts', 'cache', 'cache/pending', 'record.json', ''])(
    'updates/%s is something else: the app starts, and does not update',
    async (path) => {
      const { computer } = await withRelease()
      const broken = join(updatesFolder(computer.data), path)
      await mkdir(join(broken, '..'), { recursive: true })
      await (path === 'record.json' ? mkdir(broken) : writeFile(broken, 'not what it should be'))
      const client = await mustStart(computer, { trial: true })
      await fetchIt(client)
      const { status } = client.updates.state()
      expect(status).toMatchObject({ phase: 'failed', problem: 'not-installed' })
      await client.updates.close()
      expect(await readFile(computer.image, 'utf8')).toBe('the installed version')
      // Once it is put right, updates go on.
      await rm(broken, { recursive: true })
      expect((await fetchIt(await mustStart(computer))).phase()).toBe('ready')
    },
  )

  test('a record that is damaged in part keeps the rest', async () => {
    const { computer } = await withRelease()
    const folder = updatesFolder(computer.data)
    await mkdir(folder, { recursive: true })
    const installId = '0'.repeat(32)
    await writeFile(join(folder, 'record.json'), JSON.stringify({ installId, highest: 3, trial: 'x', unknown: 1 }))
    const client = await mustStart(computer, { trial: true })
    const record = JSON.parse(await readFile(join(folder, 'record.json'), 'utf8')) as object
    expect(record).toMatchObject({ installId, highest: '1.0.0', trial: null })
    expect(client.log.filter(({ event }) => event === 'updates.record-damaged').map(({ fields }) => fields)).toEqual([
      { entry: 'highest' },
      { entry: 'trial' },
    ])
  })
})
