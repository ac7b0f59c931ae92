import { Transform } from 'node:stream'
import type { TransformCallback } from 'node:stream'
import type { FaultEffect } from '../../contract/support.ts'

/** Bytes that a body is held back to at most; what is longer than that comes as it comes. */
const mostHeld = 64 * 1024 * 1024

/** Milliseconds between two looks at whether what was passed on has been read. */
const readPause = 2

/** Ends a body with a broken connection after `afterBytes`, at the latest before its last byte. */
function cutting(afterBytes: number): Transform {
  let passed = 0
  let held: Uint8Array = new Uint8Array()
  /** What was passed on is to be read before the connection is found to be broken. */
  const breakOff = (done: TransformCallback): void => {
    if (shape.readableLength === 0) done(Object.assign(new Error('cut'), { code: 'ECONNRESET' }))
    else if (!shape.destroyed) setTimeout(() => breakOff(done), readPause)
  }
  const shape = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const all = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      const now = all.subarray(0, Math.min(all.length - 1, afterBytes - passed))
      held = all.subarray(now.length)
      passed += now.length
      if (now.length > 0) this.push(now)
      if (passed >= afterBytes) breakOff(done)
      else done()
    },
    flush: (done) => breakOff(done),
  })
  return shape
}

/** Holds a body back until it is whole. */
function buffering(): Transform {
  const held: Buffer[] = []
  let size = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held.push(chunk)
      size += chunk.length
      if (size > mostHeld) this.push(Buffer.concat(held.splice(0)))
      done()
    },
    flush(done) {
      done(null, Buffer.concat(held))
    },
  })
}

/** What an effect does to a body on its way; null: nothing. */
export function shaper(effect: FaultEffect): Transform | null {
  if (effect.kind === 'cut') return cutting(effect.afterBytes)
  return effect.kind === 'buffer' ? buffering() : null
}
