import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { formatClock } from '../../lib/format.ts'
import { useStores, useView } from '../../stores/context.ts'
import { SettingRowView } from './row.tsx'
import type { SettingSection } from './setting-rows.ts'
import { UpdatesSection } from './updates.tsx'

/** Says that notifications are paused, and ends it. */
function Paused(): ReactElement | null {
  const { settings } = useStores()
  const until = useView(
    (s) => s.settings,
    (view) => view.notificationsPausedUntil,
  )
  const [now, setNow] = useState(Date.now)
  const left = until === null ? 0 : until - now
  useEffect(() => {
    if (left <= 0) return undefined
    // A timer cannot be longer than this; what is left then is counted again.
    const timer = setTimeout(() => setNow(Date.now()), Math.min(left + 100, 2_000_000_000))
    return () => clearTimeout(timer)
  }, [left])
  if (until === null || left <= 0) return null
  return (
    <p className="notice setting-notice">
      <span className="alert-text">Notifications are paused until {formatClock(until)}.</span>
      <button
        type="button"
        className="button small"
        onClick={() => void settings.set({ notificationsPausedUntil: null })}
      >
        Resume now
      </button>
    </p>
  )
}

interface Props {
  readonly section: SettingSection
  readonly platform: string
}

export function SettingsSection({ section, platform }: Props): ReactElement {
  const { id, title, rows } = section
  const list = rows.map((row) => <SettingRowView key={row.name} row={row} platform={platform} />)
  if (id === 'updates') return <UpdatesSection>{list}</UpdatesSection>
  return (
    <section aria-labelledby={`settings-${id}`}>
      <h3 id={`settings-${id}`} tabIndex={-1}>
        {title}
      </h3>
      {id === 'notifications' ? <Paused /> : null}
      {list}
    </section>
  )
}
