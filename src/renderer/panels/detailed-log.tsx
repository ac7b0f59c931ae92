import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { formatClock } from '../lib/format.ts'
import { useStores, useView } from '../stores/context.ts'

/** Milliseconds that the detailed log stays on. */
const day = 24 * 60 * 60_000

/** Until when the log holds details (epoch milliseconds); null: it does not. */
function useDetailedUntil(): number | null {
  const until = useView(
    (s) => s.settings,
    (settings) => settings.verboseLogUntil,
  )
  const [now, setNow] = useState(Date.now)
  const left = until === null ? 0 : until - now
  const on = left > 0 && left <= day + 60_000
  useEffect(() => {
    if (!on) return undefined
    const timer = setTimeout(() => setNow(Date.now()), left + 100)
    return () => clearTimeout(timer)
  }, [on, left])
  return on ? until : null
}

export function DetailedLogSwitch(): ReactElement {
  const { settings } = useStores()
  const until = useDetailedUntil()
  return (
    <div className="detailed-log">
      <label>
        <input
          type="checkbox"
          role="switch"
          checked={until !== null}
          aria-describedby="detailed-log-about"
          onChange={({ target }) => void settings.set({ verboseLogUntil: target.checked ? Date.now() + day : null })}
        />
        Detailed log for 24 hours
      </label>
      <p id="detailed-log-about" className="muted">
        {until === null
          ? 'Turn it on, do once more what went wrong, and come back here to save the bundle.'
          : `On until ${formatClock(until)}. It also notes every request and how long it took, never what was in it.`}
      </p>
    </div>
  )
}

/** Says that the detailed log is on, wherever the user is; leads to its switch. */
export function DetailedLogNotice(): ReactElement | null {
  const { panels } = useStores()
  const until = useDetailedUntil()
  if (until === null) return null
  return (
    <button type="button" className="link-button detailed-log-notice" onClick={() => panels.open('support-bundle')}>
      Detailed log is on until {formatClock(until)}
    </button>
  )
}
