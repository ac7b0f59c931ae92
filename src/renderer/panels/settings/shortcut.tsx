import { useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import type { QuickState } from '../../../contract/app.ts'
import { useView } from '../../stores/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Keys } from '../shortcuts.tsx'
import { acceleratorOf } from './accelerator.ts'
import type { Refusal } from './accelerator.ts'
import { CopyCommand } from './copy-command.tsx'
import { useSetting } from './controls.tsx'
import type { ControlProps } from './controls.tsx'

const refusals = (platform: string): Readonly<Record<Refusal, string>> => {
  const mac = platform === 'darwin'
  return {
    'no-modifier': `Hold ${mac ? 'Control, Option or Command' : 'Ctrl or Alt'} down with it: a key alone is needed for typing.`,
    'alt-gr': `These keys type a character on many keyboards. Try ${mac ? 'Command' : 'Ctrl'} with Shift.`,
    common: 'Other programs use these keys all the time. Add Shift, or try another key.',
    system: 'These keys belong to the system. Try others.',
    'screen-reader': 'Screen readers use these keys. Try others.',
    'too-many': 'Too many keys at once: at most three beside the last one.',
    key: 'This key cannot be part of a shortcut. Try another.',
  }
}

/** What became of the shortcut, in the words of what was really seen. */
function Outcome({ state, platform }: { state: QuickState; platform: string }): ReactElement | null {
  const { registration, firedAt, command } = state
  const bind = command === null ? null : <CopyCommand command={command} />
  switch (registration) {
    case 'none':
      return null
    case 'taken':
      return <Alert>Another program has this shortcut. Choose other keys.</Alert>
    case 'unsupported':
      return (
        <div className="shortcut-outcome">
          <p role="status">This desktop does not let programs have shortcuts that work everywhere.</p>
          {bind === null ? null : <p>Give this command a shortcut in the keyboard settings of your desktop:</p>}
          {bind}
        </div>
      )
    case 'registered':
      return (
        <div className="shortcut-outcome">
          <p role="status" className={firedAt === null ? undefined : 'shortcut-works'}>
            {firedAt === null ? (
              'Press it now, to see whether it arrives.'
            ) : (
              <>
                <Icon name="check" />
                It works.
              </>
            )}
          </p>
          {firedAt === null && bind !== null && platform === 'linux' ? (
            <>
              <p className="muted">
                Nothing happens? Then give this command a shortcut in the keyboard settings of your desktop:
              </p>
              {bind}
            </>
          ) : null}
        </div>
      )
  }
}

/** Records the keys that are pressed while it is on. */
export function ShortcutControl({ id, labelId, describedBy, locked, platform }: ControlProps): ReactElement {
  const [shortcut, set] = useSetting('quickShortcut')
  const state = useView(
    (s) => s.quickShortcut,
    (view) => view.state,
  )
  const [recording, setRecording] = useState(false)
  const [refused, setRefused] = useState<Refusal | null>(null)

  // Nothing would come of it; the command below does.
  const unsupported = state?.registration === 'unsupported'
  const stop = (): void => {
    setRecording(false)
    setRefused(null)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!recording) return
    const { key, ctrlKey, altKey, shiftKey, metaKey } = event
    const held = ctrlKey || altKey || metaKey
    // The way out for people who use the keyboard alone.
    if (key === 'Tab' && !held) return stop()
    // Neither the panel nor the app may take these keys for theirs.
    event.preventDefault()
    event.stopPropagation()
    if (event.repeat) return
    if (!held && !shiftKey && key === 'Escape') return stop()
    if (!held && !shiftKey && key === 'Backspace') {
      stop()
      return set(null)
    }
    const found = acceleratorOf(
      {
        key,
        code: event.code,
        ctrlKey,
        altKey,
        shiftKey,
        metaKey,
        altGraph: event.nativeEvent.getModifierState('AltGraph'),
      },
      platform,
    )
    if (found.kind === 'refused') setRefused(found.why)
    if (found.kind !== 'accelerator') return
    stop()
    set(found.accelerator)
  }

  return (
    <div className="shortcut">
      <div className="shortcut-field">
        <button
          type="button"
          id={id}
          className={recording ? 'button recording' : 'button'}
          aria-labelledby={`${labelId} ${id}`}
          aria-describedby={describedBy}
          aria-pressed={recording}
          disabled={locked}
          aria-disabled={unsupported}
          onClick={() => (recording ? stop() : setRecording(!unsupported))}
          onKeyDown={onKeyDown}
          onKeyUp={(event) => {
            // A button is pressed when Space is released; here it was recorded.
            if (recording && event.key === ' ') event.preventDefault()
          }}
          onBlur={stop}
        >
          {recording ? (
            'Press the keys…'
          ) : shortcut === null ? (
            'Record a shortcut'
          ) : (
            <Keys accelerator={shortcut} platform={platform} />
          )}
        </button>
        {shortcut === null || locked || recording ? null : (
          <button
            type="button"
            className="button small"
            onClick={() => {
              document.getElementById(id)?.focus()
              set(null)
            }}
          >
            Remove
          </button>
        )}
      </div>
      {recording ? <p className="muted">Escape leaves it as it is. Backspace removes it.</p> : null}
      <p role="status" className="shortcut-refused">
        {refused === null ? '' : refusals(platform)[refused]}
      </p>
      {recording || state === null || state.shortcut !== shortcut ? null : (
        <Outcome state={state} platform={platform} />
      )}
    </div>
  )
}
