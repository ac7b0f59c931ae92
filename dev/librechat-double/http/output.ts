import type { ServerResponse } from 'node:http'

/** How a fault changes a body on its way out. */
export interface BodyEdits {
  /** The socket is destroyed after so many bytes of the body. */
  readonly cutAfter?: number
  /** Bytes of each chunk, wherever that falls. */
  readonly splitInto?: number
  /** A broken frame after the first frame and after each tenth. */
  readonly malformed?: boolean
}

export interface Output {
  /** One whole piece of the body: a frame, or all of a plain body. */
  write(piece: string | Buffer): void
  end(): void
}

const brokenFrame = 'event: message\ndata: {"event":"on_message_delta","data":{"id":"step_\n\n'

export function createOutput(response: ServerResponse, edits: BodyEdits): Output {
  let sent = 0
  let pieces = 0
  let cut = false

  const destroy = (): void => {
    cut = true
    response.socket?.destroy()
  }

  const put = (bytes: Buffer): void => {
    if (cut || response.destroyed || bytes.length === 0) return
    const left = edits.cutAfter === undefined ? bytes.length : edits.cutAfter - sent
    sent += bytes.length
    if (left >= bytes.length) {
      response.write(bytes)
      return
    }
    cut = true
    // The callback runs once the bytes are handed to the system, so that the other side does get them.
    response.write(bytes.subarray(0, left), () => destroy())
  }

  const waiting: Buffer[] = []
  let ending = false
  let pumping = false

  /** One chunk per turn of the event loop: sent together, they would be read together. */
  const pump = (): void => {
    const bytes = waiting.shift()
    pumping = bytes !== undefined
    if (bytes) {
      put(bytes)
      setImmediate(pump)
    } else if (ending && !cut && !response.destroyed) response.end()
  }

  const chunks = (bytes: Buffer): void => {
    const size = edits.splitInto
    if (size === undefined) return put(bytes)
    for (let at = 0; at < bytes.length; at += size) waiting.push(bytes.subarray(at, at + size))
    if (!pumping) pump()
  }

  return {
    write(piece) {
      if (edits.cutAfter === 0 && !cut) {
        response.flushHeaders()
        destroy()
      }
      chunks(Buffer.from(piece as string))
      if (edits.malformed === true && pieces % 10 === 0) chunks(Buffer.from(brokenFrame))
      pieces++
    },
    end() {
      ending = true
      if (!pumping) pump()
    },
  }
}
