import type { Delta, Part } from './chat.ts'

/** What a delta means, for both ends of the bridge: an append to the part at its index, which is made when it is not there. */
export function applyDeltas(parts: readonly Part[], deltas: readonly Delta[]): Part[] {
  const next = [...parts]
  for (const { index, type, text } of deltas) {
    const part = next[index]
    if (part === undefined) next[index] = { type, text }
    else if (part.type === type) next[index] = { ...part, text: part.text + text }
  }
  return next
}
