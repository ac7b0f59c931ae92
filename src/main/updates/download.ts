import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { HttpStream } from '../http/http.ts'
import type { UpdateServer } from './server.ts'
import { UpdateFault, diskFault } from './update-fault.ts'

export interface Wanted {
  readonly file: string
  /** Base64. */
  readonly sha512: string
  /** Bytes. */
  readonly size: number
}

interface Options {
  readonly server: UpdateServer
  readonly wanted: Wanted
  /** Where `<sha512>.part` is kept until the file is whole. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly onProgress?: (received: number) => void
  /** Milliseconds in which at least `leastBytes` have to come. */
  readonly stall?: number
  /** How often in a row it goes on after a broken connection without a byte having come. */
  readonly retries?: number
  /** Milliseconds before it goes on; grows with each time. */
  readonly pause?: number
}

/** Fewer bytes than this in a stall time are none: a server that drips keeps nobody busy for days. */
const leastBytes = 16 * 1024
/** Bytes that wait for the disk at most. */
const mostQueued = 4 * 1024 * 1024
/** Bytes that stay free beside the download: the system and the installer need some. */
const reserve = 64 * 1024 * 1024

const partName = (sha512: string): string => `${Buffer.from(sha512, 'base64').toString('hex')}.part`
export const partPath = (folder: string, sha512: string): string => join(folder, partName(sha512))

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0
const header = (answer: HttpStream, name: string): string => {
  const value = answer.headers[name]
  return typeof value === 'string' ? value : ''
}

export async function sha512Of(path: string): Promise<Pick<Wanted, 'sha512' | 'size'>> {
  const hash = createHash('sha512')
  let size = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer)
    size += (chunk as Buffer).length
  }
  return { sha512: hash.digest('base64'), size }
}

/** Whether a file is there and has exactly the bytes that were signed. Rejects with an UpdateFault when it cannot be read. */
export async function verifyFile(path: string, { sha512, size }: Pick<Wanted, 'sha512' | 'size'>): Promise<boolean> {
  try {
    if ((await stat(path).catch(() => null))?.size !== size) return false
    const found = await sha512Of(path)
    return found.size === size && found.sha512 === sha512
  } catch (thrown) {
    throw diskFault(thrown)
  }
}

async function removeOthers(folder: string, keep: string): Promise<void> {
  for (const name of await readdir(folder))
    if (/\.part(\.tag)?$/.test(name) && !name.startsWith(keep)) await rm(join(folder, name), { force: true })
}

async function requireSpace(folder: string, needed: number): Promise<void> {
  const space = await statfs(folder).catch(() => null)
  if (space !== null && space.bavail * space.bsize < needed + reserve) throw new UpdateFault('disk-full')
}

/** Where the body of an answer belongs in the file, or why it is not what was asked for. */
function beginningOf(answer: HttpStream, have: number, size: number): number | 'again' {
  if (answer.status === 200) {
    const length = header(answer, 'content-length')
    if (length !== '' && header(answer, 'content-encoding') === '' && Number(length) !== size)
      throw new UpdateFault(Number(length) > size ? 'too-long' : 'wrong-length')
    return 0
  }
  if (answer.status === 206) {
    const [, start = '', total = ''] =
      /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(header(answer, 'content-range')) ?? []
    return Number(start) === have && start !== '' && (total === '*' || Number(total) === size) ? have : 'again'
  }
  if (answer.status === 416) return 'again'
  throw new UpdateFault('status')
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<number> {
  try {
    for (let done = 0; done < bytes.length;)
      done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
    return bytes.length
  } catch (thrown) {
    throw diskFault(thrown)
  }
}

/**
 * Appends the body to the file. Resolves to its length then; rejects when it is too long, stalls or breaks. What arrived before that
 * is in the file: a stream that breaks throws away what nobody has taken yet, so that everything is taken at once.
 */
async function receive(
  { stream }: HttpStream,
  file: FileHandle,
  { from, begin }: { readonly from: number; readonly begin: Promise<void> },
  { wanted, signal, onProgress, stall = 30_000 }: Options,
): Promise<number> {
  let taken = from
  let written = from
  let inTime = 0
  let writing = begin
  const ended = new Promise<void>((resolve, reject) => {
    const fail = (fault: UpdateFault): void => {
      reject(fault)
      stream.destroy()
    }
    const stop = (): void => fail(new UpdateFault('cancelled'))
    const watch = setInterval(() => {
      if (inTime < leastBytes) fail(new UpdateFault('stalled'))
      inTime = 0
    }, stall)
    stream.on('data', (bytes: Buffer) => {
      if (taken + bytes.length > wanted.size) return fail(new UpdateFault('too-long'))
      inTime += bytes.length
      const at = taken
      taken += bytes.length
      if (taken - written > mostQueued) stream.pause()
      writing = writing.then(async () => {
        written += await writeAll(file, bytes, at)
        onProgress?.(written)
        if (taken - written <= mostQueued) stream.resume()
      })
      writing.catch((thrown: unknown) => fail(diskFault(thrown)))
    })
    stream.once('end', resolve)
    stream.once('error', (thrown) => fail(new UpdateFault(signal.aborted ? 'cancelled' : 'cut-off', thrown)))
    stream.once('close', () => {
      clearInterval(watch)
      signal.removeEventListener('abort', stop)
      reject(new UpdateFault('cut-off'))
    })
    signal.addEventListener('abort', stop, { once: true })
    if (stream.destroyed) stop()
  })
  try {
    await ended
  } finally {
    await writing.catch(() => undefined)
  }
  await writing
  return written
}

/** One connection. Resolves to how much of the file is there then. */
async function fetchOnce(options: Options, path: string, have: number): Promise<number> {
  const { server, wanted, signal } = options
  const tagPath = `${path}.tag`
  const tag = await readFile(tagPath, 'utf8').catch(() => '')
  // A strong validator of the file that was begun: if the server has another one by now, it sends that from its start.
  const resume = have === 0 ? {} : { range: `bytes=${have}-`, ...(tag === '' ? {} : { 'if-range': tag }) }
  const file = await open(path, have === 0 ? 'w' : 'r+', 0o600)
  try {
    const answer = await server.open(wanted.file, resume, signal)
    // Whatever is not read to its end must not hold the connection, nor be heard of.
    answer.stream.on('error', () => undefined)
    try {
      const from = beginningOf(answer, have, wanted.size)
      if (from === 'again') {
        await file.truncate(0)
        return 0
      }
      const begin = from === 0 ? beginAnew(file, tagPath, header(answer, 'etag')) : Promise.resolve()
      return await receive(answer, file, { from, begin }, options)
    } finally {
      answer.stream.destroy()
    }
  } finally {
    await file.sync().catch(() => undefined)
    await file.close()
  }
}

async function beginAnew(file: FileHandle, tagPath: string, etag: string): Promise<void> {
  await file.truncate(0)
  await writeFile(tagPath, /^"[\x21\x23-\x7e]{1,200}"$/.test(etag) ? etag : '', { mode: 0o600 })
}

const goesOn = (fault: UpdateFault): boolean =>
  fault.reason === 'cut-off' || fault.reason === 'stalled' || fault.reason === 'unreachable'

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
}

/**
 * Fetches a signed file; what an earlier try left is gone on with, across restarts. Resolves to the path of the whole, verified
 * file (still named `.part`). Rejects with an UpdateFault; what arrived stays, unless it can never become the file.
 */
export async function fetchFile(options: Options): Promise<string> {
  const { wanted, folder, signal, retries = 3, pause = 1000 } = options
  const path = partPath(folder, wanted.sha512)
  const drop = async (): Promise<void> => {
    await rm(path, { force: true })
    await rm(`${path}.tag`, { force: true })
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await removeOthers(folder, partName(wanted.sha512))
    let have = await sizeOf(path)
    if (have > wanted.size) await drop()
    have = Math.min(have, await sizeOf(path))
    await requireSpace(folder, wanted.size - have)
    for (let failures = 0; have < wanted.size;) {
      if (signal.aborted) throw new UpdateFault('cancelled')
      const before = have
      try {
        have = await fetchOnce(options, path, have)
        if (have < wanted.size && have <= before) throw new UpdateFault('cut-off')
        failures = 0
      } catch (thrown) {
        const fault = diskFault(thrown)
        have = await sizeOf(path)
        // A connection that brought next to nothing counts as one that brought nothing.
        failures = have >= before + leastBytes ? 0 : failures + 1
        if (!goesOn(fault) || failures > retries) throw fault
        await wait(pause * (failures + 1), signal)
      }
    }
    if (await verifyFile(path, wanted)) return path
    throw new UpdateFault('wrong-hash')
  } catch (thrown) {
    const fault = diskFault(thrown)
    if (['wrong-hash', 'wrong-length', 'too-long', 'disk-full'].includes(fault.reason))
      await drop().catch(() => undefined)
    throw fault
  }
}
