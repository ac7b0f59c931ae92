import type { ReactElement } from 'react'
import type { ModelOption } from '../../contract/chat.ts'
import { useStores, useView } from '../stores/context.ts'
import { targetKey } from '../stores/models.ts'

function groups(options: readonly ModelOption[]): Map<string, ModelOption[]> {
  const found = new Map<string, ModelOption[]>()
  for (const option of options) {
    const list = found.get(option.group)
    if (list) list.push(option)
    else found.set(option.group, [option])
  }
  return found
}

/** A native list: it takes every key, screen reader and narrow window there is. */
export function ModelPicker(): ReactElement {
  const stores = useStores()
  const options = useView(
    (s) => s.models,
    (view) => view.options,
  )
  const error = useView(
    (s) => s.models,
    (view) => view.error,
  )
  const loaded = useView(
    (s) => s.models,
    (view) => view.loaded,
  )
  useView(
    (s) => s.models,
    (view) => view.chosen,
  )
  useView(
    (s) => s.settings,
    (view) => view.lastTarget,
  )
  const current = stores.target()
  if (options.length === 0 && error !== null)
    return (
      <button type="button" className="link-button" onClick={() => void stores.models.load()}>
        Load the models again
      </button>
    )
  if (options.length === 0)
    return (
      <span className="model-picker loading">
        {loaded ? 'No model is available to your account' : 'Loading models…'}
      </span>
    )
  return (
    <select
      className="model-picker"
      aria-label="Model"
      value={current === null ? '' : targetKey(current)}
      onChange={(event) => {
        const option = options.find(({ target }) => targetKey(target) === event.target.value)
        if (!option) return
        stores.models.choose(option.target)
        void stores.settings.set({ lastTarget: option.target })
      }}
    >
      {[...groups(options)].map(([group, list]) => (
        <optgroup key={group} label={group}>
          {list.map((option) => (
            <option key={targetKey(option.target)} value={targetKey(option.target)}>
              {option.label}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  )
}
