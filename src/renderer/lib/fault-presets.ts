import type { FaultRule } from '../../contract/support.ts'

export interface FaultPreset {
  readonly name: string
  readonly rules: readonly Omit<FaultRule, 'id'>[]
}

const rule = (patch: Partial<FaultRule>): Omit<FaultRule, 'id'> => ({
  server: null,
  method: null,
  route: '/**',
  waitMs: 0,
  effect: { kind: 'none' },
  times: null,
  ...patch,
})
const answer = (status: number, said: Extract<FaultRule['effect'], { kind: 'answer' }>['said'] = null) =>
  ({ kind: 'answer', status, content: 'json', said }) as const
const streams = { server: 'librechat', route: '/api/agents/chat/**' } as const

/** What is wrong most often, ready to be added. */
export const faultPresets: readonly FaultPreset[] = [
  { name: 'Offline', rules: [rule({ effect: { kind: 'unreachable', reason: 'offline' } })] },
  { name: 'Slow servers, 5 s', rules: [rule({ waitMs: 5000 })] },
  { name: 'LibreChat answers 503', rules: [rule({ server: 'librechat', effect: answer(503) })] },
  { name: 'Hestami answers 500', rules: [rule({ server: 'platform', effect: answer(500) })] },
  {
    name: 'Answer cut in the middle, once',
    // Old servers answer the question itself with the stream.
    rules: [
      rule({
        server: 'librechat',
        method: 'GET',
        route: '/api/agents/chat/stream/:id',
        effect: { kind: 'cut', afterBytes: 4000 },
        times: 1,
      }),
    ],
  },
  { name: 'Proxy holds streams back', rules: [rule({ ...streams, effect: { kind: 'buffer' } })] },
  {
    name: 'Session refused, 401 once',
    rules: [rule({ server: 'librechat', effect: answer(401, 'session-expired'), times: 1 })],
  },
  {
    name: 'Sign-in page of the network',
    rules: [rule({ effect: { kind: 'answer', status: 200, content: 'html', said: 'intercepted' } })],
  },
  { name: 'Certificate not trusted', rules: [rule({ effect: { kind: 'unreachable', reason: 'tls' } })] },
]

const withIds = ({ rules }: FaultPreset): readonly FaultRule[] =>
  rules.map((one) => ({ id: crypto.randomUUID(), ...one }))

/** The rules of a preset, to be added. */
export const presetRules = (name: string): readonly FaultRule[] => {
  const preset = faultPresets.find((one) => one.name === name)
  return preset === undefined ? [] : withIds(preset)
}
