import { useState } from 'react'
import type { ReactElement } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { useSetting } from './controls.tsx'
import type { ControlProps } from './controls.tsx'

/** The dictionaries that Chromium has. */
const dictionaries =
  'af bg ca cs cy da de de-AT de-CH el en-AU en-CA en-GB en-GB-oxendict en-US es es-419 es-AR es-ES es-MX es-US et fa fo fr fr-FR he hi hr hu hy id it it-IT ko lt lv nb nl pl pt-BR pt-PT ro ru sh sk sl sq sr sv ta tg tr uk vi'.split(
    ' ',
  )
/** As many as the setting holds. */
const most = 10

const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' })
const nameOf = (code: string): string => {
  try {
    return names.of(code) ?? code
  } catch {
    return code
  }
}

/** A list of languages to add to and take from. */
export function LanguagesControl({ id, labelId, describedBy, locked }: ControlProps): ReactElement {
  const [chosen, set] = useSetting('spellcheckLanguages')
  const [told, setTold] = useState('')
  const free = dictionaries
    .filter((code) => !chosen.includes(code))
    .map((code) => ({ code, name: nameOf(code) }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
  const full = chosen.length >= most
  return (
    <div className="languages">
      {chosen.length === 0 ? null : (
        <ul aria-labelledby={labelId}>
          {chosen.map((code) => (
            <li key={code}>
              <span>
                {nameOf(code)} <span className="muted">{code}</span>
              </span>
              {locked ? null : (
                <IconButton
                  icon="close"
                  label={`Remove ${nameOf(code)}`}
                  onClick={() => {
                    set(chosen.filter((other) => other !== code))
                    setTold(`${nameOf(code)} removed`)
                    document.getElementById(id)?.focus()
                  }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <select
        id={id}
        aria-describedby={describedBy}
        aria-disabled={full}
        value=""
        disabled={locked}
        onChange={({ target: { value } }) => {
          if (value === '' || full) return
          set([...chosen, value])
          setTold(`${nameOf(value)} added`)
        }}
      >
        <option value="">{full ? `No more than ${most} languages` : 'Add a language…'}</option>
        {full
          ? null
          : free.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
      </select>
      <span role="status" className="visually-hidden">
        {told}
      </span>
    </div>
  )
}
