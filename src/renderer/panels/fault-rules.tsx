import { useState } from 'react'
import type { ReactElement } from 'react'
import type { FaultRule } from '../../contract/support.ts'
import { effectWords, matchWords, timesWords } from '../lib/debug-words.ts'
import { faultPresets, presetRules } from '../lib/fault-presets.ts'
import type { DebugStore } from '../stores/debug.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { FaultForm, newRule } from './fault-form.tsx'

function Rule({ rule, debug, onEdit }: { rule: FaultRule; debug: DebugStore; onEdit: () => void }): ReactElement {
  const words = `${matchWords(rule)} ${effectWords(rule)}`
  return (
    <li>
      <span className="fault-words">
        {words} <span className="muted">({timesWords(rule.times)})</span>
      </span>
      <IconButton icon="pencil" label={`Change: ${words}`} onClick={onEdit} />
      <IconButton icon="trash" label={`Remove: ${words}`} onClick={() => void debug.remove(rule.id)} />
    </li>
  )
}

/** The fault injector: what is there, presets, and rules of one's own. */
export function FaultRules({ rules, debug }: { rules: readonly FaultRule[]; debug: DebugStore }): ReactElement {
  const [editing, setEditing] = useState<FaultRule | null>(null)
  /** A form was closed: whoever used it goes on beside where it was. */
  const [returned, setReturned] = useState(false)
  const [preset, setPreset] = useState(faultPresets[0]?.name ?? '')
  const leave = (): void => {
    setEditing(null)
    setReturned(true)
  }
  return (
    <section className="faults" aria-labelledby="faults-title">
      <h3 id="faults-title">Faults on purpose</h3>
      {rules.length === 0 ? (
        <p className="muted">None: everything goes through as it is.</p>
      ) : (
        <ul aria-label="Active faults">
          {rules.map((rule) => (
            <Rule key={rule.id} rule={rule} debug={debug} onEdit={() => setEditing(rule)} />
          ))}
        </ul>
      )}
      {editing === null ? (
        <div className="fault-actions">
          <label>
            <span className="visually-hidden">Fault</span>
            <select value={preset} onChange={(event) => setPreset(event.target.value)}>
              {faultPresets.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <button type="button" className="button small" onClick={() => void debug.put(presetRules(preset))}>
            Add
          </button>
          <button type="button" className="button small" autoFocus={returned} onClick={() => setEditing(newRule())}>
            Own rule…
          </button>
          {rules.length === 0 ? null : (
            <button type="button" className="button small" onClick={() => void debug.removeAll()}>
              Remove all
            </button>
          )}
        </div>
      ) : (
        <FaultForm
          key={editing.id}
          rule={editing}
          onSave={(rule) => {
            void debug.put([rule])
            leave()
          }}
          onCancel={leave}
        />
      )}
    </section>
  )
}
