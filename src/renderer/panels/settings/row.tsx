import { useId } from 'react'
import type { ReactElement } from 'react'
import type { SettingOrigin } from '../../../contract/settings.ts'
import { sentence } from '../../lib/sentences.ts'
import { useStores, useView } from '../../stores/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { ChoiceControl, SwitchControl } from './controls.tsx'
import type { ControlProps } from './controls.tsx'
import { LanguagesControl } from './languages.tsx'
import type { SettingRow } from './setting-rows.ts'
import { ShortcutControl } from './shortcut.tsx'

function Fixed({ row, id, describedBy }: ControlProps): ReactElement {
  const value = useView(
    (s) => s.settings,
    (view) => view,
  )
  return (
    <output id={id} className="setting-fixed" aria-describedby={describedBy}>
      {row.control.kind === 'fixed' ? row.control.text(value) : null}
    </output>
  )
}

const controls: Readonly<Record<SettingRow['control']['kind'], (props: ControlProps) => ReactElement>> = {
  switch: SwitchControl,
  choice: ChoiceControl,
  languages: LanguagesControl,
  shortcut: ShortcutControl,
  fixed: Fixed,
}

interface WhoProps {
  readonly id: string
  readonly row: SettingRow
  readonly origin: SettingOrigin | undefined
  readonly onReset: () => void
}

/** Who set it; nothing when nobody did. What only administrators set is theirs in either way that they can set it. */
function Who({ id, row, origin, onReset }: WhoProps): ReactElement | null {
  if (origin === undefined || origin.by === 'default') return null
  const fixed = row.control.kind === 'fixed'
  if (origin.by === 'policy' || (fixed && origin.by === 'policy-default'))
    return (
      <p id={id} className="setting-who">
        <Icon name="lock" />
        <span>
          Set by your organisation
          {origin.from === null ? null : <> ({origin.from})</>}
        </span>
      </p>
    )
  if (origin.by === 'policy-default')
    return (
      <p id={id} className="setting-who">
        Recommended by your organisation. You may change it.
      </p>
    )
  if (fixed) return null
  return (
    <p className="setting-who">
      <span id={id}>Changed by you</span>
      <button type="button" className="link-button" aria-label={`Reset ${row.label}`} onClick={onReset}>
        Reset
      </button>
    </p>
  )
}

interface Props {
  readonly row: SettingRow
  readonly platform: string
}

/** One setting: what it is, its control, and who set it. */
export function SettingRowView({ row, platform }: Props): ReactElement {
  const { settings } = useStores()
  const id = useId()
  const origin = useView(
    (s) => s.settings.told,
    (view) => view.origins?.[row.name],
  )
  const error = useView(
    (s) => s.settings.told,
    (view) => view.errors[row.name],
  )
  const Control = controls[row.control.kind]
  const help = `${id}help`
  const who = `${id}who`
  const wide = row.control.kind === 'languages' || row.control.kind === 'shortcut' || row.control.kind === 'fixed'
  const reset = async (): Promise<void> => {
    // The button goes; the focus must not go with it.
    document.getElementById(id)?.focus()
    await settings.reset(row.name)
  }
  return (
    <div role="group" aria-labelledby={`${id}label`} className={wide ? 'setting wide' : 'setting'}>
      <div className="setting-text">
        <label id={`${id}label`} htmlFor={id}>
          {row.label}
        </label>
        <p id={help} className="muted">
          {row.help}
        </p>
      </div>
      <div className="setting-control">
        <Control
          row={row}
          id={id}
          labelId={`${id}label`}
          describedBy={`${help} ${who}`}
          locked={origin?.by === 'policy'}
          platform={platform}
        />
      </div>
      <Who id={who} row={row} origin={origin} onReset={() => void reset()} />
      {error === undefined ? null : <Alert>{sentence(error)}</Alert>}
    </div>
  )
}
