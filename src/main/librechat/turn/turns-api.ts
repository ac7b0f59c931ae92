import { setTimeout as sleep } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import { Fault, isFault } from '../../fault.ts'
import type { Log } from '../../host.ts'
import { parseJson } from '../../http/http.ts'
import type { HttpRequest, HttpStream } from '../../http/http.ts'
import { answerError, isRecord, turnError } from '../errors.ts'
import type { LibreChat, RunningTurn, TurnRequest, TurnUpdate } from '../librechat.ts'
import type { Requester } from '../request.ts'
import { readFrames } from '../sse.ts'
import { turnBody } from './body.ts'
import { createInterpreter } from './interpret.ts'
import type { Interpreter } from './interpret.ts'
import { createQueue } from './queue.ts'
import { readResumable } from './resumable.ts'

/** Milliseconds a server has to say the aborted end of a turn itself, after it was told to stop. */
const stopPatience = 3000
/** Times a starting server (503 with Retry-After) is asked again. */
const startAttempts = 5
const jsonLimit = 1024 * 1024

async function readBody(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    size += (chunk as Buffer).length
    if (size > jsonLimit) break
    chunks.push(chunk as Buffer)
  }
  stream.destroy()
  return Buffer.concat(chunks)
}

/** Nothing was sent at all: the same text can safely be sent again. */
const neverSent = (thrown: unknown): boolean =>
  isFault(thrown) &&
  (thrown.error.code !== 'unreachable' || ['dns', 'refused', 'offline', 'tls', 'proxy'].includes(thrown.error.reason))

interface Run {
  readonly interpreter: Interpreter
  readonly emit: (update: TurnUpdate) => void
  /** The server, with the timeline told what its streams say. */
  readonly requester: Requester
  readonly signal: AbortSignal
  streamId: string | null
}

export function createTurnsApi(requester: Requester, log: Log): LibreChat['turns'] {
  const follow = async (streamId: string, resume: boolean, run: Run): Promise<void> => {
    run.streamId = streamId
    run.emit({ kind: 'accepted', conversationId: streamId, streamId })
    await readResumable(streamId, resume, {
      requester: run.requester,
      interpreter: run.interpreter,
      emit: run.emit,
      signal: run.signal,
    })
  }

  /** The stream is the POST's own answer (v0.8.0/v0.8.1), or a denial in its clothes. */
  const readPost = async (opened: HttpStream, run: Run): Promise<void> => {
    let told = false
    for await (const frame of readFrames(opened.stream)) {
      run.interpreter.frame(frame)
      const id = run.interpreter.conversationId()
      if (!told && run.interpreter.created() && id !== null && !run.interpreter.over()) {
        told = true
        run.emit({ kind: 'accepted', conversationId: id, streamId: null })
      }
      if (run.interpreter.over()) return
    }
    run.interpreter.finish('lost')
  }

  const post = async (request: TurnRequest, run: Run): Promise<void> => {
    const path = `/api/agents/chat/${encodeURIComponent(request.target.endpoint)}`
    for (let attempt = 1; ; attempt++) {
      const opened = await run.requester.open({
        method: 'POST',
        path,
        json: turnBody(request),
        timeout: 120_000,
        headers: { accept: 'application/json, text/event-stream' },
        signal: run.signal,
      })
      const type = String(opened.headers['content-type'] ?? '')
      if (opened.status === 200 && !type.includes('json') && !type.includes('html')) return await readPost(opened, run)
      const body = await readBody(opened.stream)
      const json = parseJson({ ...opened, body })
      const streamId = isRecord(json) ? (json['streamId'] ?? json['conversationId']) : null
      if (opened.status === 200 && typeof streamId === 'string') return await follow(streamId, false, run)
      if (opened.status === 503 && attempt < startAttempts) {
        const after = Number(opened.headers['retry-after'] ?? 1)
        await sleep(Math.min(30, Math.max(0.2, after)) * 1000, undefined, { signal: run.signal })
        continue
      }
      return run.interpreter.fail({ kind: 'failed', error: postError(opened, json), accepted: false })
    }
  }

  const start = (work: (run: Run) => Promise<void>, startedIn: string | null): RunningTurn => {
    const queue = createQueue<TurnUpdate>()
    const abort = new AbortController()
    let note: HttpStream['note']
    const emit = (update: TurnUpdate): void => {
      if (update.kind === 'failed') note?.(update.error)
      queue.push(update)
    }
    const interpreter = createInterpreter(emit, startedIn)
    const open = async (request: HttpRequest): Promise<HttpStream> => {
      const opened = await requester.open(request)
      note = opened.note
      return opened
    }
    const run: Run = { interpreter, emit, requester: { ...requester, open }, signal: abort.signal, streamId: null }
    const done = work(run)
      .catch((thrown: unknown) => {
        if (interpreter.over() || abort.signal.aborted) return
        const fault = isFault(thrown) ? thrown : new Fault({ code: 'unexpected-answer', server: 'librechat' }, thrown)
        log({ level: 'warn', event: 'turn.broken', fields: { code: fault.error.code, created: interpreter.created() } })
        if (interpreter.created() || !neverSent(thrown)) interpreter.finish('lost')
        else interpreter.fail({ kind: 'failed', error: fault.error, accepted: false })
      })
      .finally(() => queue.end())

    return {
      updates: queue.items,
      async stop() {
        if (run.streamId !== null && !interpreter.over()) {
          const answer = await requester.answer({
            method: 'POST',
            path: '/api/agents/chat/abort',
            json: { streamId: run.streamId },
            timeout: 10_000,
          })
          if (answer.status >= 500)
            throw new Fault({ code: 'server-error', server: 'librechat', status: answer.status })
          // The server ends the stream with what it saved; when it does not, what is here is what there was.
          await Promise.race([done, sleep(stopPatience, undefined, { ref: false })])
        }
        interpreter.finish('stopped')
        abort.abort()
        await done
      },
    }
  }

  return {
    start: (request) => start(async (run) => await post(request, run), request.conversationId),
    async resume(conversationId, signal) {
      const answer = await requester.answer({
        method: 'GET',
        path: `/api/agents/chat/status/${encodeURIComponent(conversationId)}`,
        signal,
      })
      const body = answer.status === 200 ? parseJson(answer) : null
      if (!isRecord(body) || body['active'] !== true) return null
      const streamId = typeof body['streamId'] === 'string' ? body['streamId'] : conversationId
      return start(async (run) => await follow(streamId, true, run), conversationId)
    },
  }
}

function postError(opened: HttpStream, json: unknown): ReturnType<typeof turnError> {
  if (opened.status === 200)
    return json === undefined ? { code: 'unexpected-answer', server: 'librechat' } : turnError(JSON.stringify(json))
  const code = isRecord(json) ? json['code'] : null
  if (opened.status === 409 && code === 'PARENT_NOT_READY')
    return { code: 'turn-failed', reason: 'parent-not-ready', detail: null }
  if (opened.status === 409) return { code: 'turn-failed', reason: 'replaced', detail: null }
  if (opened.status === 503) return { code: 'turn-failed', reason: 'server-starting', detail: null }
  const error = answerError(opened.status, json, opened.headers)
  if (error.code === 'forbidden' || error.code === 'not-found')
    return { code: 'turn-failed', reason: 'not-allowed', detail: null }
  return error
}
