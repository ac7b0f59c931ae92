import { setTimeout as pause } from 'node:timers/promises'
import type { TestLibreChat } from '../../platform/src/testing/librechat.ts'

export interface Flaps {
  /** How often LibreChat misbehaved, by kind. */
  readonly faults: Record<string, number>
  /** All passwords that LibreChat was ever given. */
  readonly passwords: Set<string>
}

const paths = ['/api/auth/register', '/api/auth/login', '/api/auth/requestPasswordReset', '/api/auth/resetPassword']
const html = { 'content-type': 'text/html' }
const page = '<!doctype html><title>Sign in to this network</title>'
type Scripted = TestLibreChat['scripted'][number]

/** Answers in place of LibreChat's own; with `after` it does what was asked, and only the answer is lost. */
const answers: Readonly<Record<string, Omit<Scripted, 'path'>>> = {
  'rate limit': { status: 429, body: { message: 'Too many' }, headers: { 'retry-after': '2' } },
  ban: { status: 403, body: { message: 'Your account has been temporarily banned' } },
  'server error': { status: 500, body: { message: 'Something went wrong' } },
  'bad gateway': { status: 502, body: '<h1>502 Bad Gateway</h1>', headers: html },
  'HTML with 200': { status: 200, body: page, headers: html },
  'answer lost': { status: 504, body: '<h1>504 Gateway Timeout</h1>', headers: html, after: true },
  'answer cut': { status: 200, body: '{"token":"', after: true },
}

const any = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]!

/** Lets LibreChat be fine for a while, then not, again and again; and leaves it fine. */
export async function keepFlapping(
  librechat: TestLibreChat,
  { faults, passwords }: Flaps,
  signal: AbortSignal,
): Promise<void> {
  const count = (kind: string): void => void (faults[kind] = (faults[kind] ?? 0) + 1)
  const remember = (): void => {
    for (const { body } of librechat.calls.splice(0)) if (body['password']) passwords.add(body['password'])
  }
  const slowness = librechat.settings.latency

  const singleAnswers = async (): Promise<void> => {
    for (let left = 5 + Math.random() * 20; left > 0; left--) {
      const kind = any(Object.keys(answers))
      librechat.scripted.push({ path: any(paths), ...answers[kind]! })
      count(kind)
    }
    await pause(2000, undefined, { signal })
  }
  const down = async (): Promise<void> => {
    librechat.down = true
    count('down')
    await pause(1000 + Math.random() * 8000, undefined, { signal })
    librechat.down = false
  }
  const hanging = async (): Promise<void> => {
    // Longer than the platform waits for an answer.
    librechat.settings.latency = 32_000
    count('hanging')
    await pause(1500, undefined, { signal })
    librechat.settings.latency = slowness
  }
  const slow = async (): Promise<void> => {
    librechat.settings.latency = 1500
    count('slow')
    await pause(4000, undefined, { signal })
    librechat.settings.latency = slowness
  }

  try {
    for (;;) {
      await pause(1000 + Math.random() * 4000, undefined, { signal })
      await any([singleAnswers, singleAnswers, singleAnswers, down, hanging, slow])()
      // What nobody asked for shall not pile up.
      librechat.scripted.splice(0)
      remember()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    librechat.down = false
    librechat.settings.latency = slowness
    librechat.scripted.splice(0)
    remember()
  }
}
