import { useState } from 'react'
import type { ChangeEvent, ReactElement, ReactNode } from 'react'
import type { FaultRule } from '../../contract/support.ts'
import { faultName, serverNames } from '../lib/debug-words.ts'

type Effect = FaultRule['effect']

export const newRule = (): FaultRule => ({
  id: crypto.randomUUID(),
  server: 'librechat',
  method: null,
  route: '/api/**',
  waitMs: 0,
  effect: { kind: 'answer', status: 503, content: 'json', said: null },
  times: 1,
})

const reasons = ['offline', 'dns', 'refused', 'reset', 'timeout', 'tls', 'proxy'] as const
const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const
const kinds: Readonly<Record<Effect['kind'], string>> = {
  none: 'Nothing but the wait',
  unreachable: 'The server is not reached',
  answer: 'Another answer',
  cut: 'The answer is cut',
  buffer: 'The answer is held back',
}
const first: Readonly<Record<Effect['kind'], Effect>> = {
  none: { kind: 'none' },
  unreachable: { kind: 'unreachable', reason: 'offline' },
  answer: { kind: 'answer', status: 503, content: 'json', said: null },
  cut: { kind: 'cut', afterBytes: 2000 },
  buffer: { kind: 'buffer' },
}
/** As the schema of a rule has it; nothing else is worth sending. */
const routePattern = '/[A-Za-z0-9_.:*\\/\\-]*'

function Field({ label, children }: { label: string; children: ReactNode }): ReactElement {
  return (
    <label className="fault-field">
      <span>{label}</span>
      {children}
    </label>
  )
}

const numberOf = (event: ChangeEvent<HTMLInputElement>, least: number): number =>
  Math.max(least, Math.round(event.target.valueAsNumber || 0))

interface Props {
  readonly rule: FaultRule
  readonly onSave: (rule: FaultRule) => void
  readonly onCancel: () => void
}

function EffectFields({
  effect,
  onChange,
}: {
  effect: Effect
  onChange: (effect: Effect) => void
}): ReactElement | null {
  if (effect.kind === 'unreachable')
    return (
      <Field label="Why">
        <select
          value={effect.reason}
          onChange={(event) => onChange({ ...effect, reason: event.target.value as (typeof reasons)[number] })}
        >
          {reasons.map((reason) => (
            <option key={reason} value={reason}>
              {faultName(reason)}
            </option>
          ))}
        </select>
      </Field>
    )
  if (effect.kind === 'answer')
    return (
      <>
        <Field label="Status">
          <input
            type="number"
            min={200}
            max={599}
            required
            value={effect.status}
            onChange={(event) => onChange({ ...effect, status: numberOf(event, 0) })}
          />
        </Field>
        <Field label="Content">
          <select
            value={effect.content}
            onChange={(event) => onChange({ ...effect, content: event.target.value as typeof effect.content })}
          >
            <option value="json">JSON</option>
            <option value="html">Web page</option>
            <option value="none">Nothing</option>
          </select>
        </Field>
      </>
    )
  if (effect.kind === 'cut')
    return (
      <Field label="After bytes">
        <input
          type="number"
          min={0}
          required
          value={effect.afterBytes}
          onChange={(event) => onChange({ ...effect, afterBytes: numberOf(event, 0) })}
        />
      </Field>
    )
  return null
}

/** A rule of one's own, or a change of one that is there. */
export function FaultForm({ rule, onSave, onCancel }: Props): ReactElement {
  const [draft, setDraft] = useState(rule)
  const set = (patch: Partial<FaultRule>): void => setDraft({ ...draft, ...patch })
  const { server, method, route, waitMs, effect, times } = draft
  return (
    <form
      className="fault-form"
      aria-label="Rule"
      onSubmit={(event) => {
        event.preventDefault()
        onSave(draft)
      }}
    >
      <Field label="Server">
        <select
          value={server ?? ''}
          autoFocus
          onChange={(event) => set({ server: event.target.value === '' ? null : (event.target.value as 'platform') })}
        >
          <option value="">Both</option>
          <option value="platform">{serverNames.platform}</option>
          <option value="librechat">{serverNames.librechat}</option>
        </select>
      </Field>
      <Field label="Method">
        <select
          value={method ?? ''}
          onChange={(event) => set({ method: methods.find((one) => one === event.target.value) ?? null })}
        >
          <option value="">Any</option>
          {methods.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </Field>
      <label className="fault-field fault-route">
        <span>Route</span>
        <input
          value={route}
          required
          maxLength={200}
          pattern={routePattern}
          aria-describedby="fault-route-hint"
          spellCheck={false}
          onChange={(event) => set({ route: event.target.value })}
        />
        <small id="fault-route-hint" className="muted">
          As in the list below. * is any one part, ** at the end all the rest.
        </small>
      </label>
      <Field label="Wait, ms">
        <input
          type="number"
          min={0}
          max={600_000}
          required
          value={waitMs}
          onChange={(event) => set({ waitMs: numberOf(event, 0) })}
        />
      </Field>
      <Field label="Then">
        <select value={effect.kind} onChange={(event) => set({ effect: first[event.target.value as Effect['kind']] })}>
          {Object.entries(kinds).map(([kind, name]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <EffectFields effect={effect} onChange={(next) => set({ effect: next })} />
      <Field label="How often">
        <select
          value={times === null ? 'always' : String(times)}
          onChange={(event) => set({ times: event.target.value === 'always' ? null : Number(event.target.value) })}
        >
          {[1, 2, 3, 5, 10].map((count) => (
            <option key={count} value={count}>
              {count === 1 ? 'Once' : `${count} times`}
            </option>
          ))}
          {times !== null && ![1, 2, 3, 5, 10].includes(times) ? <option value={times}>{times} times</option> : null}
          <option value="always">Always</option>
        </select>
      </Field>
      <div className="fault-actions">
        <button type="submit" className="button small primary">
          Save rule
        </button>
        <button type="button" className="button small" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}
