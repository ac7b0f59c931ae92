export type Part = Record<string, unknown> & { type: string }

/** A step event as it is on the wire: `{"event": name, "data": …}`. */
export interface StepEvent {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface RunStep {
  readonly id: string
  readonly type: 'message_creation' | 'tool_calls'
  readonly index: number
  readonly [key: string]: unknown
}

/** An answer's content as its events make it: slots by run step index, some of them never filled. */
export interface Content {
  apply(event: StepEvent): void
  /** Puts a part behind everything there is. */
  append(part: Part): void
  /** With the holes, as null. */
  slots(): (Part | null)[]
  /** Without holes, blank parts and sign-in prompts: what is stored. */
  parts(): Part[]
  steps(): readonly RunStep[]
}

const isBlank = (part: Part): boolean =>
  (part.type === 'text' && part['text'] === '') || (part.type === 'think' && part['think'] === '')

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const call = (part: Part | null | undefined): Record<string, unknown> =>
  (part?.['tool_call'] ?? {}) as Record<string, unknown>

const isPrompt = (part: Part): boolean => text(call(part)['name']).startsWith('oauth_mcp_')

type Delta = { content?: Part[]; tool_calls?: Record<string, unknown>[]; auth?: string; expires_at?: number }

export function createContent(): Content {
  const slots: (Part | null)[] = []
  const steps: RunStep[] = []

  const put = (index: number, part: Part): void => {
    while (slots.length < index) slots.push(null)
    slots[index] = part
  }

  const grow = (index: number, piece: Part): void => {
    const key = piece.type
    const slot = slots[index]
    put(index, slot ? { ...slot, [key]: `${text(slot[key])}${text(piece[key])}` } : { ...piece })
  }

  const growCall = (index: number, { tool_calls: calls = [], auth, expires_at }: Delta): void => {
    const held = call(slots[index])
    const args = `${text(held['args'])}${calls.map((piece) => text(piece['args'])).join('')}`
    const asked = auth === undefined ? {} : { auth, expires_at }
    put(index, { type: 'tool_call', tool_call: { ...held, args, ...asked } })
  }

  const open = (step: RunStep): void => {
    steps.push(step)
    const details = step['stepDetails'] as { tool_calls?: Record<string, unknown>[] } | undefined
    for (const made of details?.tool_calls ?? [])
      put(step.index, { type: 'tool_call', tool_call: { ...made, type: 'tool_call', progress: 0.1 } })
  }

  return {
    apply({ event, data }) {
      if (event === 'on_run_step') return open(data as unknown as RunStep)
      const result = data['result'] as { index: number; tool_call: Record<string, unknown> } | undefined
      if (event === 'on_run_step_completed' && result)
        return put(result.index, {
          type: 'tool_call',
          tool_call: { ...call(slots[result.index]), ...result.tool_call, progress: 1 },
        })
      const step = steps.find(({ id }) => id === data['id'])
      const delta = data['delta'] as Delta | undefined
      if (!step || !delta) return
      if (event === 'on_run_step_delta') growCall(step.index, delta)
      else for (const piece of delta.content ?? []) grow(step.index, piece)
    },
    append: (part) => put(slots.length, part),
    slots: () => [...slots],
    parts: () => slots.filter((part) => part !== null).filter((part) => !isBlank(part) && !isPrompt(part)),
    steps: () => steps,
  }
}
