import type { ReactElement } from 'react'
import type { Settings } from '../../../contract/settings.ts'
import { useStores, useView } from '../../stores/context.ts'
import type { SettingRow } from './setting-rows.ts'

export interface ControlProps {
  readonly row: SettingRow
  /** The element that the label names. */
  readonly id: string
  readonly labelId: string
  readonly describedBy: string
  /** An administrator decided it. */
  readonly locked: boolean
  readonly platform: string
}

/** What applies, and the way to another value. */
export function useSetting<N extends keyof Settings>(name: N): [Settings[N], (value: Settings[N]) => void] {
  const { settings } = useStores()
  const value = useView(
    (s) => s.settings,
    (view) => view[name],
  )
  return [value, (next) => void settings.set({ [name]: next })]
}

export function SwitchControl({ row, id, describedBy, locked }: ControlProps): ReactElement {
  const [value, set] = useSetting(row.name)
  return (
    <input
      id={id}
      type="checkbox"
      role="switch"
      className="switch"
      aria-describedby={describedBy}
      checked={value === true}
      disabled={locked}
      onChange={(event) => set(event.target.checked)}
    />
  )
}

export function ChoiceControl({ row, id, describedBy, locked }: ControlProps): ReactElement {
  const [value, set] = useSetting(row.name)
  const offered = row.control.kind === 'choice' ? row.control.choices : []
  // The zoom of the wheel, or of an administrator, can lie between two steps.
  const between = typeof value === 'number' && !offered.some((choice) => choice.value === value)
  const choices = between
    ? [...offered, { value, text: `${Math.round(value * 100)} %` }].toSorted(
        (a, b) => Number(a.value) - Number(b.value),
      )
    : offered
  return (
    <select
      id={id}
      aria-describedby={describedBy}
      value={typeof value === 'number' || typeof value === 'string' ? value : ''}
      disabled={locked}
      onChange={(event) => {
        const chosen = choices.find((choice) => String(choice.value) === event.target.value)
        if (chosen) set(chosen.value)
      }}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.text}
        </option>
      ))}
    </select>
  )
}
