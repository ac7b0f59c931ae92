import type { ReactElement } from 'react'
import type { Settings } from '../../contract/settings.ts'
import { DetailedLogNotice } from '../panels/detailed-log.tsx'
import { useSession, useStores, useView } from '../stores/context.ts'
import { Icon } from '../ui/icon.tsx'
import { HelpMenu } from './help-menu.tsx'

export function AccountBar(): ReactElement {
  const { session, settings, problem } = useStores()
  const { state, busy } = useSession()
  const theme = useView(
    (s) => s.settings,
    (view) => view.theme,
  )
  const email = state.phase === 'signed-in' ? state.user.email : state.phase === 'expired' ? state.email : ''
  return (
    <footer className="account-bar">
      <DetailedLogNotice />
      <div className="account-who">
        <span className="account-email" title={email}>
          {email}
        </span>
        <HelpMenu />
      </div>
      <div className="account-row">
        <select
          aria-label="Appearance"
          value={theme}
          onChange={(event) => void problem.watch(settings.set({ theme: event.target.value as Settings['theme'] }))}
        >
          <option value="system">System theme</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
        <button type="button" className="button small" disabled={busy} onClick={() => void session.signOut()}>
          <Icon name="leave" />
          Sign out
        </button>
      </div>
    </footer>
  )
}
