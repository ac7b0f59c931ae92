import type { Delta, Part } from '../../contract/chat.ts'
import { isRecord } from './errors.ts'
import { toPart } from './wire.ts'

/** What an event did to the content: nothing, appends (positions in `parts()`), or a change that needs all of it again. */
export type Change =
  { readonly kind: 'none' } | { readonly kind: 'deltas'; readonly deltas: Delta[] } | { readonly kind: 'content' }

const none: Change = { kind: 'none' }
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : isRecord(value) ? [value] : []
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * Assembles an answer's content from run steps and deltas. Slots are the server's indices and may stay empty; what the window
 * gets is without the holes, so positions are mapped at each change.
 */
export function createContent(): {
  apply(event: string, data: unknown): Change
  replace(content: unknown, steps: unknown): void
  parts(): Part[]
  runId(): string | null
} {
  const slots = new Map<number, Record<string, unknown>>()
  const steps = new Map<string, { index: number }>()
  const early = new Map<string, { event: string; data: Record<string, unknown> }[]>()
  let run: string | null = null

  const order = (): number[] =>
    [...slots.keys()].sort((a, b) => a - b).filter((index) => toPart(slots.get(index)) !== null)
  const position = (index: number): number => order().indexOf(index)

  const append = (index: number, piece: Record<string, unknown>): Change => {
    const type = piece['type'] === 'think' ? 'think' : piece['type'] === 'text' ? 'text' : null
    if (type === null) {
      if (slots.has(index) || toPart(piece) === null) return none
      slots.set(index, piece)
      return { kind: 'content' }
    }
    const grown =
      typeof piece[type] === 'string' ? piece[type] : isRecord(piece[type]) ? text(piece[type]['value']) : ''
    const slot = slots.get(index)
    if (slot && slot['type'] !== type) return none
    slots.set(index, { type, [type]: text(slot?.[type]) + grown })
    const at = position(index)
    // A part that appears before others shifts them: the window then needs the whole.
    if (!slot && at !== order().length - 1) return { kind: 'content' }
    return { kind: 'deltas', deltas: [{ index: at, type, text: grown }] }
  }

  const merged = (changes: Change[]): Change => {
    if (changes.some((change) => change.kind === 'content')) return { kind: 'content' }
    const deltas = changes.flatMap((change) => (change.kind === 'deltas' ? change.deltas : []))
    return deltas.length > 0 ? { kind: 'deltas', deltas } : none
  }

  const tool = (index: number, patch: Record<string, unknown>): void => {
    const slot = slots.get(index)
    const before = isRecord(slot?.['tool_call']) ? slot['tool_call'] : { args: '', type: 'tool_call', progress: 0.1 }
    slots.set(index, { type: 'tool_call', tool_call: { ...before, ...patch } })
  }

  const addStep = (data: Record<string, unknown>): Change => {
    const id = text(data['id'])
    const index = typeof data['index'] === 'number' ? data['index'] : 0
    if (typeof data['runId'] === 'string' && !data['runId'].startsWith('USE_PRELIM')) run = data['runId']
    steps.set(id, { index })
    const details = isRecord(data['stepDetails']) ? data['stepDetails'] : {}
    const calls = list(details['tool_calls'])
    for (const call of calls) tool(index, { id: call['id'], name: call['name'], args: text(call['args']) })
    const waiting = early.get(id) ?? []
    early.delete(id)
    const after = waiting.map(({ event, data: late }) => apply(event, late))
    return calls.length > 0 ? { kind: 'content' } : merged(after)
  }

  const grow = (event: string, data: Record<string, unknown>): Change => {
    const id = text(data['id'])
    const step = steps.get(id)
    if (!step) {
      early.set(id, [...(early.get(id) ?? []), { event, data }])
      return none
    }
    const delta = isRecord(data['delta']) ? data['delta'] : {}
    if (event !== 'on_run_step_delta') return merged(list(delta['content']).map((piece) => append(step.index, piece)))
    const before = slots.get(step.index)
    const call = isRecord(before?.['tool_call']) ? before['tool_call'] : {}
    for (const piece of list(delta['tool_calls'])) {
      tool(step.index, {
        ...(piece['id'] ? { id: piece['id'] } : {}),
        ...(piece['name'] ? { name: piece['name'] } : {}),
        args: text(call['args']) + text(piece['args']),
      })
    }
    if (delta['auth']) tool(step.index, { auth: delta['auth'], expires_at: delta['expires_at'] })
    return { kind: 'content' }
  }

  const complete = (data: Record<string, unknown>): Change => {
    const result = isRecord(data['result']) ? data['result'] : {}
    const call = isRecord(result['tool_call']) ? result['tool_call'] : null
    const index = steps.get(text(result['id']))?.index ?? (typeof result['index'] === 'number' ? result['index'] : null)
    if (call === null || index === null) return none
    const before = slots.get(index)
    const kept = isRecord(before?.['tool_call']) ? before['tool_call']['args'] : ''
    tool(index, { ...call, args: call['args'] === '' || call['args'] === undefined ? kept : call['args'], progress: 1 })
    return { kind: 'content' }
  }

  function apply(event: string, value: unknown): Change {
    if (!isRecord(value)) return none
    switch (event) {
      case 'on_run_step':
        return addStep(value)
      case 'on_message_delta':
      case 'on_reasoning_delta':
      case 'on_run_step_delta':
        return grow(event, value)
      case 'on_run_step_completed':
        return complete(value)
      default:
        return none
    }
  }

  return {
    apply,
    replace(content, runSteps) {
      slots.clear()
      steps.clear()
      early.clear()
      for (const step of list(runSteps)) addStep(step)
      slots.clear()
      if (Array.isArray(content)) content.forEach((slot, index) => isRecord(slot) && slots.set(index, slot))
    },
    parts: () =>
      order()
        .map((index) => toPart(slots.get(index)))
        .filter((part) => part !== null),
    runId: () => run,
  }
}
