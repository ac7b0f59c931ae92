import { z } from 'zod'

/** What goes wrong with the files whose name matches, so often. The first rule that matches and has `times` left applies. */
export const faultRule = z.strictObject({
  /** `*` stands for anything: `*.AppImage`. */
  file: z.string().min(1),
  /** Default: every time. */
  times: z.int().positive().optional(),
  fault: z.discriminatedUnion('kind', [
    /** The connection ends after this many bytes of the body. */
    z.strictObject({ kind: z.literal('cut'), after: z.int().nonnegative() }),
    /** The body stops coming after this many bytes, and the connection stays. */
    z.strictObject({ kind: z.literal('stall'), after: z.int().nonnegative() }),
    z.strictObject({ kind: z.literal('slow'), bytesPerSecond: z.int().positive() }),
    /** One bit of the file is another. */
    z.strictObject({ kind: z.literal('tamper'), at: z.int().nonnegative() }),
    /** The file ends there, and its length says so. */
    z.strictObject({ kind: z.literal('truncate'), size: z.int().nonnegative() }),
    /** The file goes on after its end. */
    z.strictObject({ kind: z.literal('append'), bytes: z.int().positive() }),
    /** What Content-Length says; the body is as it is. */
    z.strictObject({ kind: z.literal('length'), value: z.int().nonnegative() }),
    /** The body without a Content-Length, and that many bytes more than the file has. */
    z.strictObject({ kind: z.literal('endless'), bytes: z.int().positive() }),
    z.strictObject({ kind: z.literal('status'), status: z.int().min(300).max(599) }),
    z.strictObject({ kind: z.literal('redirect'), to: z.string().min(1) }),
    /** This text in place of the file: an old channel file. */
    z.strictObject({ kind: z.literal('instead'), text: z.string() }),
    /** Ranges are not known here. */
    z.strictObject({ kind: z.literal('no-ranges') }),
    /** Answers a range with another one. */
    z.strictObject({ kind: z.literal('wrong-range') }),
    /** The file is a new one each time, as its ETag says; the bytes are the same. */
    z.strictObject({ kind: z.literal('new-etag') }),
  ]),
})
export type FaultRule = z.infer<typeof faultRule>
export type Fault = FaultRule['fault']

const patternOf = (file: string): RegExp =>
  new RegExp(`^${file.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)

/** The rules in force. */
export function createFaults(): { set(rules: readonly FaultRule[]): void; take(name: string): Fault | null } {
  let rules: { readonly pattern: RegExp; readonly fault: Fault; left: number }[] = []
  return {
    set(next) {
      rules = next.map(({ file, fault, times = Infinity }) => ({ pattern: patternOf(file), fault, left: times }))
    },
    take(name) {
      const found = rules.find(({ pattern, left }) => left > 0 && pattern.test(name))
      if (found === undefined) return null
      found.left--
      return found.fault
    },
  }
}
