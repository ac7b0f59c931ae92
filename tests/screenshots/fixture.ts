import type { Attachment, Conversation, Draft, Message, ModelOption, Part, Turn } from '../../src/contract/chat.ts'
import type { CheckResult } from '../../src/contract/diagnostics.ts'
import type { AppError } from '../../src/contract/errors.ts'
import type { SessionState } from '../../src/contract/session.ts'
import type { Settings } from '../../src/contract/settings.ts'

/** All that a window can be told, as one value. */
export interface Fixture {
  readonly session: SessionState
  readonly settings?: Partial<Settings>
  readonly conversations?: readonly Conversation[]
  readonly messages?: Readonly<Record<string, readonly Message[]>>
  readonly turns?: readonly Turn[]
  readonly attachments?: readonly Attachment[]
  readonly draft?: Draft
  readonly models?: readonly ModelOption[]
  /** Requests that fail, by name. */
  readonly errors?: Readonly<Record<string, AppError>>
  /** What other requests answer, by name. */
  readonly answers?: Readonly<Record<string, unknown>>
  /** What a run of the connection check tells; `running`: it does not end. */
  readonly check?: { readonly steps: readonly Omit<CheckResult, 'runId'>[]; readonly running?: boolean }
  /** Events that whoever listens is told at once, by name. */
  readonly events?: Readonly<Record<string, readonly unknown[]>>
}

const now = Date.UTC(2026, 5, 12, 10, 30)
const day = 86_400_000
export const user = { id: 'u', email: 'demo@example.com', name: 'Demo User' }
export const signedIn: SessionState = {
  phase: 'signed-in',
  user,
  online: true,
  offlineError: null,
  remembered: true,
  keychain: null,
}

const target = (endpoint: string, model: string) => ({ endpoint, endpointType: null, model, agentId: null, spec: null })
export const models: ModelOption[] = [
  { target: target('openAI', 'gpt-4o'), label: 'gpt-4o', group: 'OpenAI', description: null },
  { target: target('openAI', 'gpt-4o-mini'), label: 'gpt-4o-mini', group: 'OpenAI', description: null },
  {
    target: target('anthropic', 'claude-sonnet-4-5'),
    label: 'claude-sonnet-4-5',
    group: 'Anthropic',
    description: null,
  },
]

export const longTitle = 'Why does the water in the upstairs bathroom take so very long to become warm in winter?'
const titles = [
  'Leaking gutter over the porch',
  'Boiler pressure keeps dropping',
  longTitle,
  'Painting a north-facing wall',
  'Insulating the loft',
  'Replacing a window seal',
  'Quiet ventilation for the bathroom',
  'Garden tap and frost',
]
export const conversations: Conversation[] = titles.map((title, index) => ({
  id: `c${index}`,
  title,
  endpoint: 'openAI',
  model: 'gpt-4o',
  agentId: null,
  createdAt: Date.now() - index * 1.3 * day,
  updatedAt: Date.now() - index * 1.3 * day,
}))

export const message = (
  id: string,
  parentId: string | null,
  parts: readonly Part[],
  patch: Partial<Message> = {},
): Message => ({
  id,
  conversationId: 'c0',
  parentId,
  role: 'assistant',
  sender: 'gpt-4o',
  parts: [...parts],
  files: [],
  model: 'gpt-4o',
  state: 'complete',
  createdAt: now,
  ...patch,
})
const mine = { role: 'user', sender: 'User', model: null } as const
const text = (value: string): Part => ({ type: 'text', text: value })
export const photo = { id: 'f1', name: 'gutter.jpg', type: 'image/jpeg', width: 1200, height: 800, bytes: 240_000 }

const answer = `The bracket has pulled out of the fascia, so the gutter **sags** and water runs over its edge.

## What to do

1. Clear the leaves, so that you see the whole length.
2. Move each bracket about 3 cm sideways into sound wood.
3. Check the fall: 3 mm per metre towards the downpipe.

| Part | Size | Price |
| --- | ---: | ---: |
| Bracket | 112 mm | 3.40 |
| Union | 112 mm | 5.10 |

\`\`\`ts
/** Fall in millimetres over a length in metres. */
export const fall = (length: number): number => length * 3
\`\`\`

> Work from a ladder that somebody holds.

See [the manufacturer's guide](https://example.com/guide) for the exact spacing.`

export const thread: Message[] = [
  message('m1', null, [text('The gutter over the porch drips when it rains. What is wrong with it?')], {
    ...mine,
    files: [photo],
  }),
  message('m2', 'm1', [
    { type: 'think', text: 'The photo shows a gap between bracket and fascia.' },
    {
      type: 'tool',
      name: 'web_search',
      args: '{"query":"gutter bracket spacing"}',
      output: '3 pages found',
      done: true,
      authUrl: null,
    },
    text(answer),
  ]),
  message('m3', 'm2', [text('Thanks! How many brackets do I need for 6 metres?')], mine),
  message('m4', 'm3', [text('Seven: one every metre, and one close to each end.')]),
]
export const longThread: Message[] = [
  message('m1', null, [text('A_word_that_never_ends_'.repeat(14))], mine),
  message('m2', 'm1', [
    text(
      `https://example.com/${'path/'.repeat(40)}\n\n\`\`\`\n${'const veryLongLine = '.repeat(16)}\n\`\`\`\n\n| ${'Column | '.repeat(12)}\n|${' --- |'.repeat(12)}\n| ${'cell | '.repeat(12)}\n\n${'x'.repeat(400)}`,
    ),
  ]),
]

export const turn = (patch: Partial<Turn>): Turn => ({
  id: '00000000-0000-4000-8000-000000000001',
  conversationId: 'c0',
  status: 'streaming',
  question: message('q9', 'm4', [text('And what does that cost in all?')], mine),
  answer: null,
  error: null,
  retriable: false,
  ...patch,
})

export const attachment = (n: number, name: string, status: Attachment['status']): Attachment => ({
  id: `00000000-0000-4000-8000-00000000000${n}`,
  draftKey: 'new',
  name,
  type: 'image/jpeg',
  bytes: 1_840_000,
  width: 1200,
  height: 800,
  status,
})
