import { useState } from 'react'
import type { ReactElement } from 'react'
import { Icon } from '../../ui/icon.tsx'

/** A command to bind, and a button that copies it. */
export function CopyCommand({ command }: { command: string }): ReactElement {
  const [done, setDone] = useState<'copied' | 'not-copied' | null>(null)
  return (
    <div className="copy-command">
      <code>{command}</code>
      <button
        type="button"
        className="button small"
        onClick={() => {
          navigator.clipboard.writeText(command).then(
            () => setDone('copied'),
            () => setDone('not-copied'),
          )
        }}
      >
        <Icon name={done === 'copied' ? 'check' : 'copy'} />
        <span aria-live="polite">
          {done === null ? 'Copy the command' : done === 'copied' ? 'Copied' : 'Could not be copied'}
        </span>
      </button>
    </div>
  )
}
