import type { SendInput, Target, Turn, TurnEvent, TurnSnapshot } from '../../contract/chat.ts'
import type { AppError } from '../../contract/errors.ts'
import type { Cache, OutboxRow } from '../cache/cache.ts'
import { Fault, isFault } from '../fault.ts'
import type { Log } from '../host.ts'
import type { LibreChat, RunningTurn, ServerFile } from '../librechat/librechat.ts'
import type { Conversations } from './conversations.ts'
import { followTurn } from './follow.ts'
import { settleTurn } from './settle.ts'
import { createTurnRecord, isRetriable } from './turn-record.ts'
import type { TurnRecord } from './turn-record.ts'

/** The turns that run or failed. Main owns them: they outlive a reload of the window, and what is asked for is never lost. */
export interface Turns {
  /** Resolves when the turn is in the outbox. The same id again does nothing. */
  send(input: SendInput): void
  stop(id: string): Promise<void>
  retry(id: string): Promise<void>
  /** Forgets a failed turn; the images of one that got no answer go back to their draft. */
  discard(id: string): void
  list(): TurnSnapshot[]
  isBusy(conversationId: string): boolean
  /** How many answers run, and how many of them a server ends when the app quits (v0.8.0); the others go on there. */
  running(): { readonly count: number; readonly stoppedByQuit: number }
  /** Takes up what the outbox holds: after a restart, and when another account came in. */
  resume(): void
  /** Forgets everything of the account that leaves; running turns go on at the server. */
  close(): void
}

interface Deps {
  readonly librechat: LibreChat
  readonly cache: () => Cache | null
  readonly conversations: Conversations
  /** Hands over the uploaded files of attachments and takes them out of their draft. Fault when one is not ready. */
  readonly takeFiles: (ids: readonly string[]) => ServerFile[]
  readonly giveBackFiles: (draftKey: string, files: readonly ServerFile[], target: Target) => void
  readonly emit: (event: TurnEvent) => void
  readonly log: Log
}

const interrupted: AppError = { code: 'turn-failed', reason: 'interrupted', detail: null }
const isLive = ({ status }: Turn): boolean => status !== 'failed' && status !== 'complete' && status !== 'stopped'

const draftKeyOf = ({ draftKey, conversationId }: SendInput): string => draftKey ?? conversationId ?? 'new'

export function createTurns({ librechat, cache, conversations, takeFiles, giveBackFiles, emit, log }: Deps): Turns {
  const records = new Map<string, TurnRecord>()
  let epoch = new AbortController()

  const save = (record: TurnRecord, patch: Parameters<TurnRecord['setRow']>[0]): void => {
    record.setRow(patch)
    cache()?.saveOutbox(record.row())
  }

  const forget = (record: TurnRecord): void => {
    record.close()
    records.delete(record.input.turnId)
    cache()?.removeOutbox(record.input.turnId)
  }

  const failed = (record: TurnRecord, error: AppError): void => {
    record.close()
    record.running = null
    // A question that the server stored can be read there again; one that it did not is kept here.
    if (record.turn().question.id === record.input.messageId) save(record, { state: 'failed', error })
    else {
      record.setRow({ state: 'failed', error })
      cache()?.removeOutbox(record.input.turnId)
    }
    const { answer } = record.turn()
    const kept = answer !== null && answer.parts.length > 0 ? answer : null
    record.show({ status: 'failed', error, retriable: isRetriable(error), answer: kept })
  }

  const done = (record: TurnRecord, status: 'complete' | 'stopped', signal: AbortSignal): void => {
    record.running = null
    const { question, answer, conversationId } = record.turn()
    const store = cache()
    for (const message of [question, answer]) if (message !== null) store?.saveMessage(message)
    record.show({ status, error: null, retriable: false })
    forget(record)
    if (conversationId !== null && record.input.parentId === null) void conversations.fetchTitle(conversationId, signal)
  }

  /** Runs a turn to its end and decides what its end means. Never rejects. */
  const run = async (record: TurnRecord, begin: () => Promise<RunningTurn | null>): Promise<void> => {
    const { signal } = epoch
    try {
      const running = await begin()
      if (signal.aborted) return
      record.running = running
      const end =
        running === null
          ? ({ kind: 'lost' } as const)
          : await followTurn(record, running, { conversations, save, signal })
      if (signal.aborted) return
      if (end.kind === 'failed') {
        if (end.accepted) await conversations.load(record.turn().conversationId ?? '').catch(() => null)
        return failed(record, end.error)
      }
      if (end.kind === 'nothing-stored') return failed(record, { code: 'cancelled' })
      if (end.kind === 'ended') return done(record, end.outcome, signal)
      const outcome = await settleTurn(record, { conversations, log, signal })
      if (signal.aborted) return
      if (outcome === 'complete' || outcome === 'stopped') return done(record, outcome, signal)
      failed(record, interrupted)
    } catch (thrown) {
      if (signal.aborted) return
      failed(record, isFault(thrown) ? thrown.error : interrupted)
      if (!isFault(thrown)) log({ level: 'error', event: 'turn.defect', fields: { name: (thrown as Error).name } })
    }
  }

  const start = (record: TurnRecord, clientRequestId: string): void => {
    const { input, files } = record
    void run(record, async () => {
      save(record, { state: 'sent', error: null })
      return await Promise.resolve(
        librechat.turns.start({
          conversationId: input.conversationId,
          parentId: input.parentId,
          messageId: input.messageId,
          clientRequestId,
          text: input.text,
          files,
          target: input.target,
        }),
      )
    })
  }

  const add = (row: OutboxRow): TurnRecord => {
    const record = createTurnRecord(row, emit)
    records.set(row.input.turnId, record)
    return record
  }

  const isBusy = (conversationId: string): boolean =>
    [...records.values()].some((record) => isLive(record.turn()) && record.turn().conversationId === conversationId)

  const find = (id: string): TurnRecord => {
    const record = records.get(id)
    if (!record) throw new Fault({ code: 'not-found' })
    return record
  }

  return {
    send(input) {
      if (records.has(input.turnId)) return
      if (input.text.trim() === '' && input.attachmentIds.length === 0)
        throw new Fault({ code: 'invalid-input', field: 'text' })
      // A second question would make the server abort the first one's answer.
      if (input.conversationId !== null && isBusy(input.conversationId))
        throw new Fault({ code: 'turn-failed', reason: 'concurrent', detail: null })
      const files = takeFiles(input.attachmentIds)
      const { conversationId } = input
      const row: OutboxRow = { input, files, state: 'queued', conversationId, error: null, createdAt: Date.now() }
      const store = cache()
      store?.saveOutbox(row)
      store?.saveDraft(draftKeyOf(input), null)
      const record = add(row)
      record.show({})
      start(record, input.turnId)
    },
    async stop(id) {
      const record = records.get(id)
      if (!record || !isLive(record.turn())) return
      record.stopping = true
      record.show({ status: 'stopping' })
      try {
        await record.running?.stop()
      } catch (thrown) {
        record.stopping = false
        if (isLive(record.turn())) record.show({ status: 'streaming' })
        throw thrown
      }
    },
    async retry(id) {
      const record = find(id)
      if (record.turn().status !== 'failed') return
      const { state, error } = record.row()
      record.stopping = false
      record.show({ status: 'sending', error: null, answer: null, retriable: false })
      // What is not known to have failed may be on the server already: look before sending it again.
      const unsure = error !== null && (error.code === 'unreachable' || error.code === 'turn-failed')
      if (
        state === 'failed' &&
        unsure &&
        (await settleTurn(record, { conversations, log, signal: epoch.signal, once: true }).catch(() => 'unknown')) ===
          'complete'
      )
        return done(record, 'complete', epoch.signal)
      if (records.get(id) === record) start(record, `${id}:${Date.now()}`)
    },
    discard(id) {
      const record = records.get(id)
      if (!record || isLive(record.turn())) return
      const { answer, conversationId } = record.turn()
      forget(record)
      if (answer === null) giveBackFiles(conversationId ?? draftKeyOf(record.input), record.files, record.input.target)
    },
    list: () =>
      [...records.values()]
        .sort((a, b) => a.createdAt - b.createdAt)
        .map((record) => ({ seq: record.seq(), turn: record.turn() })),
    isBusy,
    running() {
      const live = [...records.values()].filter((record) => isLive(record.turn()))
      return { count: live.length, stoppedByQuit: live.filter((record) => record.endsWithStream).length }
    },
    resume() {
      for (const row of cache()?.outbox() ?? []) {
        if (records.has(row.input.turnId)) continue
        const record = add(row)
        if (row.state === 'failed') record.show({})
        else if (row.state === 'queued') failed(record, interrupted)
        else {
          record.show({ status: row.state === 'accepted' ? 'reconnecting' : 'sending' })
          const id = row.conversationId
          void run(record, async () => (id === null ? null : await librechat.turns.resume(id, epoch.signal)))
        }
      }
    },
    close() {
      epoch.abort()
      epoch = new AbortController()
      for (const record of records.values()) record.close()
      records.clear()
    },
  }
}
