import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { deflateRawSync } from 'node:zlib'
import { buildBlockMap } from 'app-builder-lib/out/targets/blockmap/blockmap.js'
import { expect, onTestFinished, test } from 'vitest'
import type { AcceptedUpdate } from '../../src/main/updates/accept.ts'
import { createExecutor } from '../../src/main/updates/executor.ts'
import { updatesFolder } from '../../src/main/updates/record.ts'
import { createUpdateServer } from '../../src/main/updates/server.ts'
import { mustStart, newComputer, until } from './harness/client.ts'
import type { Client, ClientOptions, Computer } from './harness/client.ts'
import { makeRelease, writeRelease } from './harness/feed.ts'
import type { Made } from './harness/feed.ts'

const size = 1_500_000
const before = randomBytes(size)
/** The next version: a piece is another, and one more. */
const after = Buffer.concat([before.subarray(0, 400_000), randomBytes(60_000), before.subarray(420_000)])

interface Installer {
  readonly bytes: Buffer
  readonly blockMapSize?: number
}

/** As electron-builder does it: the block map at the end of the AppImage. */
async function appImageOf(computer: Computer, bytes: Buffer): Promise<Installer> {
  const path = join(computer.folder, 'made')
  await writeFile(path, bytes)
  const { blockMapSize } = await buildBlockMap(path, 'deflate')
  return { bytes: await readFile(path), ...(blockMapSize === undefined ? {} : { blockMapSize }) }
}

const sent = ({ server }: Computer, pattern: RegExp): number =>
  server.served.filter(({ name }) => pattern.test(name)).reduce((sum, one) => sum + one.sent, 0)

async function download(computer: Computer, options: ClientOptions = {}): Promise<Client> {
  const client = await mustStart(computer, options)
  await client.updates.check()
  await until(() => ['ready', 'failed'].includes(client.phase()))
  expect(client.phase()).toBe('ready')
  return client
}

async function withAppImages(): Promise<{ computer: Computer; made: Made }> {
  const computer = await newComputer()
  const old = await appImageOf(computer, before)
  await writeFile(computer.image, old.bytes)
  const made = makeRelease({ version: '1.1.0', key: computer.key, ...(await appImageOf(computer, after)) })
  await writeRelease(computer.feed, made)
  return { computer, made }
}

test('an AppImage: only what changed is fetched', async () => {
  const { computer, made } = await withAppImages()
  const client = await download(computer)
  expect(sent(computer, /AppImage$/)).toBeLessThan(made.bytes.length * 0.15)
  await client.updates.restart(false)
  await client.updates.close()
  expect(await readFile(computer.image)).toEqual(made.bytes)
})

test.each<[string, (computer: Computer) => Promise<void> | void]>([
  ['what is installed is not what it was', async ({ image }) => await writeFile(image, randomBytes(size))],
  [
    'the server knows no ranges',
    ({ server }) => server.setFaults([{ file: '*.AppImage', fault: { kind: 'no-ranges' } }]),
  ],
  [
    'the connection ends in the middle',
    ({ server }) => server.setFaults([{ file: '*.AppImage', times: 2, fault: { kind: 'cut', after: 2000 } }]),
  ],
  [
    'what comes is not what was asked for',
    ({ server }) => server.setFaults([{ file: '*.AppImage', times: 2, fault: { kind: 'tamper', at: 410_000 } }]),
  ],
])('where that does not work, all of it: %s', async (_name, spoil) => {
  const { computer, made } = await withAppImages()
  await spoil(computer)
  const client = await download(computer, { timing: { download: { stall: 300, pause: 1 } } })
  expect(sent(computer, /AppImage$/)).toBeGreaterThanOrEqual(made.bytes.length)
  await client.updates.restart(false)
  await client.updates.close()
  expect(await readFile(computer.image)).toEqual(made.bytes)
})

/** An installer with its block map beside it, in the feed or as what was installed last. */
async function writeBlockMap(path: string, bytes: Buffer): Promise<void> {
  await writeFile(`${path}.tmp`, bytes)
  await buildBlockMap(`${path}.tmp`, 'gzip', path)
}

async function withInstallers(): Promise<{ computer: Computer; made: Made }> {
  const computer = await newComputer()
  const made = makeRelease({ version: '1.1.0', key: computer.key, platform: 'win32', bytes: after })
  await writeRelease(computer.feed, made)
  const folder = join(computer.feed, 'stable')
  await writeBlockMap(join(folder, 'Hestami-Chat-1.1.0.exe.blockmap'), after)
  await writeBlockMap(join(folder, 'Hestami-Chat-1.0.0.exe.blockmap'), before)
  const cache = join(updatesFolder(computer.data), 'cache')
  await mkdir(cache, { recursive: true })
  await writeFile(join(cache, 'installer.exe'), before)
  return { computer, made }
}

test('an installer of Windows: only what changed is fetched', async () => {
  const { computer, made } = await withInstallers()
  await download(computer, { kind: 'nsis' })
  expect(sent(computer, /exe$/)).toBeLessThan(made.bytes.length * 0.15)
  expect(await readFile(join(updatesFolder(computer.data), 'cache/pending/Hestami-Chat-1.1.0.exe'))).toEqual(made.bytes)
})

/** What electron-updater does with a range of a file, and with a block map beside it. */
async function ask(computer: Computer, made: Made, range: string): Promise<Buffer> {
  const server = createUpdateServer({
    base: computer.server.url,
    channel: 'stable',
    developer: true,
    userAgent: 'test',
    network: {
      resolveProxy: async () => await Promise.resolve(null),
      certificates: async () => await Promise.resolve([]),
    },
    log: () => undefined,
  })
  onTestFinished(() => server.close())
  const executor = createExecutor({
    server,
    update: {
      info: { version: '1.1.0', size: made.bytes.length, releasedAt: null, notes: '' },
      statement: made.statement,
      signatures: [],
      entry: made.yaml.files[0] as unknown as AcceptedUpdate['entry'],
    },
    parts: computer.folder,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  const { protocol, hostname, port, pathname } = new URL(made.statement.file, server.url)
  return await new Promise((resolve, reject) => {
    const place = { protocol, hostname, port, path: pathname, headers: { range } }
    const request = executor.createRequest(place, (response) => {
      const chunks: Buffer[] = []
      const body = response as Readable
      body.on('data', (chunk: Buffer) => void chunks.push(chunk))
      body.on('end', () => resolve(Buffer.concat(chunks)))
    })
    executor.addErrorAndTimeoutHandlers(request, reject)
    request.end()
  })
}

test('a block map that unpacks without end is not unpacked', async () => {
  const computer = await newComputer()
  const bomb = deflateRawSync(Buffer.alloc(40 * 1024 * 1024))
  const good = deflateRawSync(Buffer.from('{}'))
  const release = (map: Buffer): Made => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(map.length)
    const bytes = Buffer.concat([after, map, length])
    return makeRelease({ version: '1.1.0', key: computer.key, bytes, blockMapSize: map.length })
  }
  const tail = ({ bytes }: Made): string => `bytes=${size + 40_000}-${bytes.length - 1}`
  const honest = release(good)
  await writeRelease(computer.feed, honest)
  expect((await ask(computer, honest, tail(honest))).subarray(0, -4)).toEqual(good)
  const hostile = release(bomb)
  await writeRelease(computer.feed, hostile)
  await expect(ask(computer, hostile, tail(hostile))).rejects.toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' })
  // The file is what was signed, after all: fetched as a whole, it is taken.
  await download(computer)
})

test('nothing outside of the channel’s folder can be asked for', async () => {
  const computer = await newComputer()
  const made = makeRelease({ version: '1.1.0', key: computer.key })
  const elsewhere = { ...made, statement: { ...made.statement, file: '../beta/beta-linux.yml' } }
  await expect(ask(computer, elsewhere, 'bytes=0-1')).rejects.toMatchObject({ reason: 'redirected' })
  expect(computer.server.served).toEqual([])
})
