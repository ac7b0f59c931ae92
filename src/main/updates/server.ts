import { isFault } from '../fault.ts'
import type { UpdateChannel } from '../flavour.ts'
import type { Host, Log } from '../host.ts'
import { createHttp, serverOrigin } from '../http/client.ts'
import type { HttpStream } from '../http/http.ts'
import type { Timeline } from '../http/timeline.ts'
import { channelFileLimit, channelUrl } from './channel-file.ts'
import { fileNamePattern } from './statement.ts'
import { UpdateFault } from './update-fault.ts'

/** How many redirects in a row are followed. */
const maxRedirects = 3

/**
 * The folder of one channel on the update server, over the app's own transport (system proxy and certificates). Whatever leaves
 * the folder's origin is not followed: a captive portal, or somebody who wants to know who updates.
 */
export interface UpdateServer {
  /** `https://…/stable/`. */
  readonly url: string
  /** A small text file. Rejects with an UpdateFault; any status but 200 is one. */
  text(name: string, signal: AbortSignal): Promise<string>
  /** Resolves with the headers, whatever the status. Rejects with an UpdateFault. */
  open(name: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpStream>
  close(): void
}

interface Deps {
  readonly base: string
  readonly channel: UpdateChannel
  /** Developer builds may have a server of this computer without TLS. */
  readonly developer: boolean
  readonly userAgent: string
  readonly network: Host['network']
  readonly log: Log
  /** Where its exchanges are noted. */
  readonly timeline?: Timeline
}

const header = (value: string | readonly string[] | undefined): string | null =>
  typeof value === 'string' ? value : (value?.[0] ?? null)

/** Throws a TypeError when the address is not one that updates may come from. */
export function createUpdateServer(deps: Deps): UpdateServer {
  const { base, channel, developer, userAgent, network, log, timeline } = deps
  const folder = new URL(channelUrl(base, channel))
  const origin = serverOrigin(folder.href)
  if (folder.protocol !== 'https:' && !developer) throw new TypeError('updates come over https:// only')
  const http = createHttp({ origin, server: 'updates', userAgent, network, log, timeline })

  const failed = (thrown: unknown): UpdateFault => {
    if (thrown instanceof UpdateFault) return thrown
    return new UpdateFault(isFault(thrown) && thrown.error.code === 'cancelled' ? 'cancelled' : 'unreachable', thrown)
  }

  const open = async (
    name: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpStream> => {
    if (!fileNamePattern.test(name)) throw new UpdateFault('unreachable')
    let url = new URL(name, folder)
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const opened = await http
        .open({
          method: 'GET',
          path: url.pathname + url.search,
          // What is signed is the file itself, and ranges count its bytes.
          headers: { accept: '*/*', 'accept-encoding': 'identity', 'cache-control': 'no-cache', ...headers },
          signal,
        })
        .catch((thrown: unknown) => {
          throw failed(thrown)
        })
      const location = header(opened.headers['location'])
      if (opened.status < 300 || opened.status > 399 || location === null) return opened
      opened.stream.destroy()
      const next = URL.parse(location, url.href)
      if (next === null || next.origin !== origin) throw new UpdateFault('redirected')
      url = next
    }
    throw new UpdateFault('redirected')
  }

  return {
    url: folder.href,
    async text(name, signal) {
      // The body of so small a file may take no longer than its headers.
      const limited = AbortSignal.any([signal, AbortSignal.timeout(30_000)])
      const opened = await open(name, {}, limited)
      if (opened.status !== 200) {
        opened.stream.destroy()
        throw new UpdateFault('status')
      }
      const chunks: Buffer[] = []
      let size = 0
      try {
        for await (const chunk of opened.stream) {
          chunks.push(chunk as Buffer)
          size += (chunk as Buffer).length
          // One byte over the limit is enough for the reader to see that it is too large.
          if (size > channelFileLimit) break
        }
      } catch (thrown) {
        throw signal.aborted ? new UpdateFault('cancelled', thrown) : failed(thrown)
      }
      return Buffer.concat(chunks).toString('utf8')
    },
    open,
    close: () => http.close(),
  }
}
