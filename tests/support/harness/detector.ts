import { coreLength, rot13 } from './canaries.ts'
import type { Canary } from './canaries.ts'

/** Characters of a piece of a canary that is enough to call it a leak, by how it was written. */
const pieces = { plain: 8, base64: 10, utf16: 22, hex: 16 } as const

const alignments = (text: Buffer): string[] =>
  [0, 1, 2].map((before) => {
    const written = Buffer.concat([Buffer.alloc(before), text])
      .toString('base64')
      .replace(/=+$/, '')
    // What is written together with the bytes before and after is different every time.
    const end = (before + text.length) % 3 === 0 ? written.length : written.length - 1
    return written.slice([0, 2, 3][before], end)
  })

export interface Detector {
  /** Every canary of which at least half is in a text, in whatever way it is written there. */
  find(text: string): ReadonlySet<string>
}

/** The text, and what it is when the layers are taken off that programs put around texts. Lower case. */
function views(text: string): string[] {
  const point = (digits: string, base: number): string => {
    const at = Number.parseInt(digits, base)
    return at < 0x11_0000 ? String.fromCodePoint(at) : ''
  }
  const percent = (from: string): string =>
    from.replace(/(?:%[0-9a-f]{2})+/gi, (found) => Buffer.from(found.replaceAll('%', ''), 'hex').toString('latin1'))
  const json = (from: string): string =>
    from.replace(/\\u([0-9a-f]{4})/gi, (_all, digits: string) => point(digits, 16)).replace(/\\(["\\/])/g, '$1')
  const html = (from: string): string =>
    from
      .replace(/&#x([0-9a-f]{1,6});?/gi, (_all, digits: string) => point(digits, 16))
      .replace(/&#(\d{1,7});?/g, (_all, digits: string) => point(digits, 10))
  const printable = (from: string): string =>
    from.replace(/=([0-9a-f]{2})/gi, (_all, digits: string) => point(digits, 16))
  const unescaped = json(json(text))
  const found = new Set([
    text,
    unescaped,
    percent(unescaped),
    percent(percent(unescaped)),
    html(unescaped),
    printable(unescaped),
    unescaped.replace(/[^a-z0-9]/gi, ''),
  ])
  const all = [...found].map((view) => view.toLowerCase())
  return [...all, Array.from(all.at(-1)!).toReversed().join('')]
}

/** Every piece of one length of a text, told apart by a rolling hash: one multiplication a character instead of a copy. */
function scan(text: string, size: number, visit: (hash: number, at: number) => void): void {
  let drop = 1
  for (let at = 1; at < size; at++) drop = Math.imul(drop, 31)
  let hash = 0
  for (let at = 0; at < text.length; at++) {
    if (at >= size) hash -= Math.imul(text.charCodeAt(at - size), drop)
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
    if (at >= size - 1) visit(hash, at - size + 1)
  }
}

const bits = 2 ** 24

export function createDetector(canaries: readonly Canary[]): Detector {
  const bySize = new Map<number, { readonly pieces: Map<string, string>; readonly seen: Uint8Array }>()
  const add = (written: string, size: number, core: string): void => {
    const text = written.toLowerCase()
    const known = bySize.get(size) ?? { pieces: new Map<string, string>(), seen: new Uint8Array(bits) }
    bySize.set(size, known)
    scan(text, size, (hash, at) => {
      known.seen[hash >>> 8] = 1
      known.pieces.set(text.slice(at, at + size), core)
    })
  }
  for (const { core } of canaries) {
    if (core.length < coreLength) throw new Error('a canary that could be an accident')
    add(core, pieces.plain, core)
    add(rot13(core), pieces.plain, core)
    add(Buffer.from(core).toString('hex'), pieces.hex, core)
    for (const letters of [core, core.toUpperCase()])
      for (const [utf, size] of [['utf8', pieces.base64] as const, ['utf16le', pieces.utf16] as const])
        for (const text of alignments(Buffer.from(letters, utf))) {
          add(text, size, core)
          add(text.replaceAll('+', '-').replaceAll('/', '_'), size, core)
        }
  }
  return {
    find(text) {
      const found = new Set<string>()
      for (const view of views(text))
        for (const [size, { pieces: known, seen }] of bySize)
          scan(view, size, (hash, at) => {
            if (seen[hash >>> 8] === 0) return
            const core = known.get(view.slice(at, at + size))
            if (core !== undefined) found.add(core)
          })
      return found
    },
  }
}
