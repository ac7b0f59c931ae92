import { useEffect, useId, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import type { BundleRow } from '../stores/support-bundle.ts'

/** Pixels; `.bundle-line` has it too. */
const lineHeight = 26
/** Lines beyond both edges that are drawn before they are scrolled to. */
const spare = 10

interface Props {
  readonly rows: readonly BundleRow[]
  /** The last line of the file, which cannot be left out. */
  readonly end: string
  readonly isIn: (row: BundleRow) => boolean
  readonly onToggle: (row: BundleRow) => void
}

/**
 * The lines of a bundle: one tab stop, arrow keys to go through them, Space to leave one out or take it back. Only what can be seen is
 * drawn, so that fifty thousand lines are as quick as fifty.
 */
export function BundleLines({ rows, end, isIn, onToggle }: Props): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 400 })
  const [chosen, setChosen] = useState(0)
  const id = useId()
  const count = rows.length + 1
  const active = Math.min(chosen, count - 1)

  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [])

  const choose = (next: number): void => {
    const at = Math.max(0, Math.min(count - 1, next))
    setChosen(at)
    const element = box.current
    if (element === null) return
    if (at * lineHeight < element.scrollTop) element.scrollTop = at * lineHeight
    const bottom = (at + 1) * lineHeight - element.clientHeight
    if (bottom > element.scrollTop) element.scrollTop = bottom
  }
  const toggle = (at: number): void => {
    const row = rows[at]
    if (row !== undefined) onToggle(row)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(view.height / lineHeight) - 1)
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: active - 1,
      ArrowDown: active + 1,
      PageUp: active - page,
      PageDown: active + page,
      Home: 0,
      End: count - 1,
    }
    const to = steps[event.key]
    if (to !== undefined) choose(to)
    else if (event.key === ' ') toggle(active)
    else return
    event.preventDefault()
  }

  const first = Math.max(0, Math.floor(view.top / lineHeight) - spare)
  const last = Math.min(count, Math.ceil((view.top + view.height) / lineHeight) + spare)
  const drawn = Array.from({ length: Math.max(0, last - first) }, (_none, index) => first + index)
  if (active < first || active >= last) drawn.push(active)
  const shown = rows[active]?.text ?? end

  return (
    <div className="bundle-preview">
      <div
        ref={box}
        className="bundle-lines"
        role="listbox"
        aria-label="Lines of the bundle"
        aria-multiselectable="true"
        aria-activedescendant={`${id}-${active}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
      >
        <div className="bundle-all" style={{ height: count * lineHeight }}>
          {drawn.map((at) => {
            const row = rows[at]
            const kept = row === undefined || isIn(row)
            return (
              <div
                key={at}
                id={`${id}-${at}`}
                role="option"
                aria-selected={kept}
                aria-disabled={row === undefined}
                aria-posinset={at + 1}
                aria-setsize={count}
                className={`bundle-line ${kept ? '' : 'out'} ${at === active ? 'active' : ''}`}
                style={{ top: at * lineHeight }}
                onClick={() => choose(at)}
              >
                <span
                  className="bundle-tick"
                  aria-hidden="true"
                  title={row === undefined ? '' : kept ? 'Leave this line out' : 'Take this line back in'}
                  onClick={() => toggle(at)}
                />
                <code>{row?.text ?? end}</code>
              </div>
            )
          })}
        </div>
      </div>
      <p className="bundle-whole" aria-hidden="true">
        <code>{shown}</code>
      </p>
    </div>
  )
}
