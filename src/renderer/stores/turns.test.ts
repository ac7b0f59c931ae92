import { expect, test, vi } from 'vitest'
import type { Message, Turn, TurnEvent, TurnSnapshot } from '../../contract/chat.ts'
import type { Api } from '../lib/api.ts'
import { createTurnsStore } from './turns.ts'

const id = '00000000-0000-4000-8000-000000000001'
const message = (role: 'user' | 'assistant', text: string): Message => ({
  id: role,
  conversationId: 'c',
  parentId: null,
  role,
  sender: role,
  parts: [{ type: 'text', text }],
  files: [],
  model: null,
  state: 'partial',
  createdAt: 0,
})
const turn = (text: string, status: Turn['status'] = 'streaming'): Turn => ({
  id,
  conversationId: 'c',
  status,
  question: message('user', 'Q'),
  answer: message('assistant', text),
  error: null,
  retriable: false,
})
const delta = (seq: number, text: string): TurnEvent => ({
  kind: 'deltas',
  seq,
  turnId: id,
  deltas: [{ index: 0, type: 'text', text }],
})

function setUp() {
  let send: (event: TurnEvent) => void = () => undefined
  let snapshots: TurnSnapshot[] = []
  const asked = vi.fn(async () => await Promise.resolve({ ok: true as const, value: snapshots }))
  const api = {
    chat: { turns: asked },
    on: {
      'chat.turn': (listener: (event: TurnEvent) => void) => {
        send = listener
        return () => undefined
      },
    },
  } as unknown as Api
  const ended: Turn[] = []
  const store = createTurnsStore(api, (over) => ended.push(over))
  const text = (): string => {
    const part = store.store.getState().turns[id]?.answer?.parts[0]
    return part?.type === 'text' ? part.text : ''
  }
  return {
    store,
    send: (event: TurnEvent) => send(event),
    asked,
    ended,
    text,
    hold: (held: TurnSnapshot[]) => void (snapshots = held),
  }
}

test('appends in order, and renders once for what comes within a frame', async () => {
  const { store, send, text } = setUp()
  const renders = vi.fn()
  send({ kind: 'turn', seq: 1, turn: turn('') })
  send(delta(2, 'Hello'))
  send(delta(3, ' world'))
  store.store.subscribe(renders)
  await vi.waitFor(() => expect(text()).toBe('Hello world'))
  expect(renders).toHaveBeenCalledTimes(1)
})

test('an event that comes twice, or late, is applied once', async () => {
  const { send, text } = setUp()
  send({ kind: 'turn', seq: 1, turn: turn('') })
  send(delta(2, 'a'))
  send(delta(2, 'a'))
  send({ kind: 'turn', seq: 1, turn: turn('old') })
  await vi.waitFor(() => expect(text()).toBe('a'))
})

test('a gap in the numbering reads everything again', async () => {
  const { send, text, asked, hold } = setUp()
  hold([{ seq: 5, turn: turn('the whole text') }])
  send({ kind: 'turn', seq: 1, turn: turn('') })
  send(delta(4, 'lost its place'))
  await vi.waitFor(() => expect(text()).toBe('the whole text'))
  expect(asked).toHaveBeenCalledTimes(1)
  send(delta(5, 'already in it'))
  send(delta(6, ', and more'))
  await vi.waitFor(() => expect(text()).toBe('the whole text, and more'))
})

test('the end is told once, with the whole turn', async () => {
  const { send, ended } = setUp()
  send({ kind: 'turn', seq: 1, turn: turn('x') })
  send({ kind: 'turn', seq: 2, turn: turn('x y', 'complete') })
  await vi.waitFor(() => expect(ended).toHaveLength(1))
  expect(ended[0]?.status).toBe('complete')
})
