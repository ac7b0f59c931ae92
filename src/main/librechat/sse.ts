import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { createParser } from 'eventsource-parser'
import { Fault } from '../fault.ts'

/** A single frame is never larger; a server that sends more is broken or hostile. Bytes. */
const frameLimit = 8 * 1024 * 1024

export interface Frame {
  readonly event: string
  readonly data: string
}

/** Server-sent events of a byte stream: split UTF-8, CRLF and a last frame without its blank line are all whole. */
export async function* readFrames(stream: Readable): AsyncGenerator<Frame> {
  const decoder = new StringDecoder('utf8')
  let ready: Frame[] = []
  let since = 0
  const parser = createParser({
    onEvent: (event) => {
      since = 0
      ready.push({ event: event.event ?? 'message', data: event.data })
    },
  })
  try {
    for await (const chunk of stream) {
      const bytes = chunk as Buffer
      since += bytes.length
      parser.feed(decoder.write(bytes))
      if (since > frameLimit) throw new Fault({ code: 'unexpected-answer', server: 'librechat' })
      const now = ready
      ready = []
      yield* now
    }
    parser.feed(`${decoder.end()}\n\n`)
    yield* ready
  } finally {
    stream.destroy()
  }
}
