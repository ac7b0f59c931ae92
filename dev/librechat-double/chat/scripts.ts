/** One piece of an answer, in the order in which it streams. */
export type AnswerStep =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'think'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly args: string; readonly output: string }
  /** A message step that never gets text: its slot stays empty and is gone from the final content. */
  | { readonly kind: 'hole' }
  | { readonly kind: 'attachment'; readonly attachment: Readonly<Record<string, unknown>> }
  | { readonly kind: 'pause'; readonly ms: number }
  /** A content part `error` that only the final message has: the provider failed during the run. */
  | { readonly kind: 'error'; readonly error: string }
  /** Ends the turn with an error frame in the style's form. */
  | { readonly kind: 'fail'; readonly error: string }

export interface ScriptedAnswer {
  /** What happens before `created`: silence, or a tool that asks for a sign-in. */
  readonly before?: readonly (
    | { readonly kind: 'pause'; readonly ms: number }
    | { readonly kind: 'oauth'; readonly server: string; readonly url: string }
  )[]
  readonly steps: readonly AnswerStep[]
  readonly deltasPerSecond?: number
}

export interface Question {
  readonly text: string
  readonly files: readonly { readonly name: string; readonly width: number; readonly height: number }[]
}

/** A string is looked for in the question, without regard to case. */
export type ScriptMatch = string | RegExp | ((question: Question) => boolean)
export type Script = string | ScriptedAnswer | ((question: Question) => string | ScriptedAnswer)

export interface Scripts {
  add(match: ScriptMatch, answer: Script): void
  /** The newest script that matches; null: the double's own answer. */
  find(question: Question): ScriptedAnswer | null
}

function fits(match: ScriptMatch, question: Question): boolean {
  if (typeof match === 'string') return question.text.toLowerCase().includes(match.toLowerCase())
  if (typeof match === 'function') return match(question)
  return new RegExp(match.source, match.flags.replace(/[gy]/g, '')).test(question.text)
}

export function createScripts(): Scripts {
  const list: { match: ScriptMatch; answer: Script }[] = []
  return {
    add: (match, answer) => void list.unshift({ match, answer }),
    find(question) {
      const found = list.find(({ match }) => fits(match, question))
      if (!found) return null
      const answer = typeof found.answer === 'function' ? found.answer(question) : found.answer
      return typeof answer === 'string' ? { steps: [{ kind: 'text', text: answer }] } : answer
    },
  }
}
