import { EventEmitter } from 'node:events'
import { constants, copyFile, link, rm } from 'node:fs/promises'
import type { RequestOptions } from 'node:http'
import { Readable, pipeline, Transform } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip, inflateRaw } from 'node:zlib'
import { HttpExecutor } from 'builder-util-runtime'
import type { HttpStream } from '../http/http.ts'
import type { AcceptedUpdate } from './accept.ts'
import { fetchFile } from './download.ts'
import type { UpdateServer } from './server.ts'
import { UpdateFault } from './update-fault.ts'

/** Bytes of a block map as it is sent, and unpacked. One of 300 MB of installer has 0.4 MB. */
const blockMapLimit = { packed: 2 * 1024 * 1024, unpacked: 32 * 1024 * 1024 }

interface Deps {
  readonly server: UpdateServer
  readonly update: AcceptedUpdate
  /** Where a download is kept until it is whole. */
  readonly parts: string
  readonly signal: AbortSignal
  readonly onProgress: (received: number, total: number) => void
  readonly timing?: { readonly stall?: number; readonly retries?: number; readonly pause?: number }
}

/** What electron-updater calls of a request. */
interface Request extends EventEmitter {
  abort(): void
  end(): void
}

async function readAll(opened: HttpStream, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of opened.stream) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size > limit) throw new UpdateFault('too-long')
  }
  return Buffer.concat(chunks)
}

/** Lets a body through as long as it comes at all and is no longer than the file that was signed could make it. */
function guarded(opened: HttpStream, limit: number, stall: number, signal: AbortSignal): Readable {
  let size = 0
  let before = 0
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      done(size > limit ? new UpdateFault('too-long') : null, chunk)
    },
  })
  const watch = setInterval(() => {
    // Nothing came, and it is not the reader who keeps it waiting.
    if (size === before && guard.readableLength === 0) guard.destroy(new UpdateFault('stalled'))
    before = size
  }, stall)
  const stop = (): void => void guard.destroy(new UpdateFault('cancelled'))
  signal.addEventListener('abort', stop, { once: true })
  pipeline(opened.stream, guard, () => {
    clearInterval(watch)
    signal.removeEventListener('abort', stop)
  })
  return guard
}

/**
 * electron-updater's way to the network, over ours: one transport for the app and its updater, nothing but the update server's
 * folder can be reached, and whole files are fetched by our resumable download. The library makes a class of it.
 */
export function createExecutor({
  server,
  update,
  parts,
  signal,
  onProgress,
  timing = {},
}: Deps): HttpExecutor<Request> {
  const { entry, statement } = update
  const { stall = 30_000 } = timing
  const tail = entry.blockMapSize === undefined ? null : entry.size - entry.blockMapSize - 4
  const tailRange = tail === null ? '' : `bytes=${tail}-${entry.size - 1}`

  const nameOf = (url: string): string => {
    if (!url.startsWith(server.url)) throw new UpdateFault('redirected')
    return url.slice(server.url.length)
  }
  /** A block map is used before the file that it belongs to can be verified: it must not unpack without end. */
  const checkedTail = async (opened: HttpStream): Promise<Readable> => {
    const bytes = await readAll(opened, blockMapLimit.packed)
    await promisify(inflateRaw)(bytes.subarray(0, -4), { maxOutputLength: blockMapLimit.unpacked })
    return Readable.from([bytes], { objectMode: false })
  }

  return new (class extends HttpExecutor<Request> {
    override createRequest(options: RequestOptions, callback: (response: unknown) => void): Request {
      const stopped = new AbortController()
      const request = Object.assign(new EventEmitter(), {
        abort: (): void => stopped.abort(),
        end: (): void => {
          run().catch((thrown: unknown) => request.emit('error', thrown))
        },
      })
      const run = async (): Promise<void> => {
        const all = AbortSignal.any([signal, stopped.signal])
        const given = options.headers as Record<string, string | undefined>
        const range = given['Range'] ?? given['range']
        const opened = await server.open(nameOf(urlOf(options)), range === undefined ? {} : { range }, all)
        const body =
          range === tailRange && opened.status === 206
            ? await checkedTail(opened)
            : guarded(opened, entry.size + blockMapLimit.packed, stall, all)
        // Not every reader of the library listens; an unheard error of a stream would end the app.
        body.on('error', (thrown) => request.emit('error', thrown))
        callback(Object.assign(body, { statusCode: opened.status, statusMessage: '', headers: opened.headers }))
      }
      return request
    }

    override async downloadToBuffer(url: URL): Promise<Buffer> {
      const opened = await server.open(nameOf(url.href), {}, signal)
      try {
        if (opened.status !== 200) throw new UpdateFault('status')
        const bytes = await readAll(opened, blockMapLimit.packed)
        await promisify(gunzip)(bytes, { maxOutputLength: blockMapLimit.unpacked })
        return bytes
      } finally {
        opened.stream.destroy()
      }
    }

    /** Not in the base class; every updater of the library calls it for a whole file. */
    async download(_url: URL, destination: string): Promise<string> {
      const path = await fetchFile({
        server,
        wanted: statement,
        folder: parts,
        signal,
        onProgress: (received) => onProgress(received, statement.size),
        ...timing,
      })
      // The part stays until the library is done with its copy: stopped in between, nothing has to be fetched again.
      await rm(destination, { force: true })
      await link(path, destination).catch(async () => await copyFile(path, destination, constants.COPYFILE_FICLONE))
      return destination
    }
  })()
}

const urlOf = ({ protocol, hostname, port, path }: RequestOptions): string =>
  `${protocol ?? 'https:'}//${hostname ?? ''}${port === undefined || port === null ? '' : `:${port}`}${path ?? ''}`
