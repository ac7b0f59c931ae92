import { Readable, pipeline } from 'node:stream'
import type { Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerName } from '../../contract/errors.ts'
import type { FaultEffect, FaultRule } from '../../contract/support.ts'
import { Fault } from '../fault.ts'
import type { HttpStream } from './http.ts'
import { shaper } from './shape.ts'
import type { Recording } from './timeline.ts'

export interface InjectedAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The fault injector of developer builds, as the transport needs it. No other build makes one. */
export interface Injector {
  /** The first rule for an exchange, which has then applied once more. `route` is a template. */
  take(server: ServerName, method: string, route: string): FaultRule | null
  /** What that server would say. */
  answer(effect: Extract<FaultEffect, { kind: 'answer' }>, server: ServerName, route: string): InjectedAnswer
}

interface Injection {
  readonly injector: Injector
  readonly server: ServerName
  readonly method: string
  readonly exchange: Recording
  readonly signal?: AbortSignal
  /** Milliseconds that the exchange may take until its headers. */
  readonly timeout: number
  /** Goes to the server; `counted`: what arrives is noted as it comes. */
  readonly open: (counted: boolean) => Promise<HttpStream>
}

/** The body of an answer, changed on its way; counted as the app gets it. */
function reshaped(opened: HttpStream, shape: Transform, exchange: Recording): HttpStream {
  let total = 0
  const push = shape.push.bind(shape)
  shape.push = (chunk: Buffer | null) => {
    if (chunk !== null) exchange.received((total += chunk.length))
    return push(chunk)
  }
  // What goes wrong is told to the reader of `shape`.
  pipeline(opened.stream, shape, () => undefined)
  return { ...opened, stream: shape }
}

/** An exchange with what the rules of the fault injector make of it. Rejects with a Fault, or as `open` does. */
export async function withInjection(injection: Injection): Promise<HttpStream> {
  const { injector, server, method, exchange, signal, timeout, open } = injection
  const rule = injector.take(server, method, exchange.route)
  if (rule === null) return await open(true)
  const { effect, waitMs } = rule
  if (waitMs > 0 || effect.kind !== 'none') exchange.injected()
  if (waitMs > 0) await sleep(Math.min(waitMs, timeout), undefined, { signal })
  if (waitMs >= timeout) throw new Fault({ code: 'unreachable', server, reason: 'timeout' })
  if (effect.kind === 'unreachable') throw new Fault({ code: 'unreachable', server, reason: effect.reason })
  if (effect.kind !== 'answer') {
    const shape = shaper(effect)
    return shape === null ? await open(true) : reshaped(await open(false), shape, exchange)
  }
  const { headers, body } = injector.answer(effect, server, exchange.route)
  const bytes = Buffer.from(body)
  exchange.answered(effect.status, headers['content-type'], null)
  exchange.received(bytes.length)
  return {
    status: effect.status,
    headers,
    stream: Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false }),
  }
}
