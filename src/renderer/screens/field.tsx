import { useId } from 'react'
import type { InputHTMLAttributes, ReactElement } from 'react'

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string
  readonly hint?: string
  readonly problems?: readonly string[]
}

export function Field({ label, hint, problems = [], ...input }: Props): ReactElement {
  const id = useId()
  const described = [hint === undefined ? '' : `${id}-hint`, problems.length === 0 ? '' : `${id}-problem`]
    .join(' ')
    .trim()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        aria-invalid={problems.length > 0}
        {...(described === '' ? {} : { 'aria-describedby': described })}
        {...input}
      />
      {hint === undefined ? null : (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {problems.length === 0 ? null : (
        <span className="problem" id={`${id}-problem`}>
          {problems.join(' ')}
        </span>
      )}
    </div>
  )
}
