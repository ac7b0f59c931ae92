/**
 * How alike two texts are, from 0 to 1: the share of characters that they have in common, in any order. Python's
 * `difflib.SequenceMatcher.quick_ratio`, which Django measures passwords with.
 */
export function quickRatio(a: string, b: string): number {
  const first = Array.from(a)
  const second = Array.from(b)
  const available = new Map<string, number>()
  for (const character of second) available.set(character, (available.get(character) ?? 0) + 1)
  let common = 0
  for (const character of first) {
    const left = available.get(character) ?? 0
    if (left > 0) common++
    available.set(character, left - 1)
  }
  const length = first.length + second.length
  return length === 0 ? 1 : (2 * common) / length
}

const limit = 0.7

/** Django's `UserAttributeSimilarityValidator`: too like the value, or like one of the words in it. */
export function isTooSimilar(password: string, value: string): boolean {
  const lower = password.toLowerCase()
  const length = Array.from(lower).length
  const parts = [...value.toLowerCase().split(/[^\p{L}\p{N}_]+/u), value.toLowerCase()]
  return parts.some((part) => {
    const partLength = Array.from(part).length
    // Too short to be alike: what spares long passwords the comparison.
    if (length >= 10 * partLength && partLength < (limit / 2) * length) return false
    return quickRatio(lower, part) >= limit
  })
}
