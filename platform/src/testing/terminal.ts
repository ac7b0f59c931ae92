import type { Terminal } from '../commands/command.ts'

/** A terminal that keeps what it is shown; `answer` is what is said to a question. */
export function testTerminal({ isTty = false, answer = '' }: { isTty?: boolean; answer?: string } = {}): {
  terminal: Terminal
  shown(): { stdout: string; stderr: string }
  interrupt(): void
} {
  const interrupt = new AbortController()
  const shown = { stdout: '', stderr: '' }
  return {
    terminal: {
      stdout: (text) => void (shown.stdout += text),
      drained: async () => undefined,
      stderr: (text) => void (shown.stderr += text),
      isTty,
      interrupted: interrupt.signal,
      ask: async () => answer,
    },
    shown: () => shown,
    interrupt: () => interrupt.abort(),
  }
}
