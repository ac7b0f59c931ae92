import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { OpenPanel } from './panels/open-panel.tsx'
import { Chat } from './screens/chat.tsx'
import { CreateAccount } from './screens/create-account.tsx'
import { SignIn } from './screens/sign-in.tsx'
import { Terms } from './screens/terms.tsx'
import { Locked, Provisioning, Starting, TwoFactor } from './screens/waiting.tsx'
import { useSession, useView } from './stores/context.ts'

/** Sets `data-theme` on the document to what the settings, or the system, say. */
function useTheme(): void {
  const theme = useView(
    (s) => s.settings,
    (view) => view.theme,
  )
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const apply = (): void => {
      document.documentElement.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme
    }
    apply()
    dark.addEventListener('change', apply)
    return () => dark.removeEventListener('change', apply)
  }, [theme])
}

function Screen(): ReactElement {
  const { state } = useSession()
  const [creating, setCreating] = useState(false)
  const [again, setAgain] = useState(false)
  const { phase } = state
  useEffect(() => {
    if (phase === 'signed-in' || phase === 'terms') {
      setCreating(false)
      setAgain(false)
    }
  }, [phase])

  switch (state.phase) {
    case 'starting':
      return <Starting />
    case 'signed-in':
      return <Chat onSignIn={() => setAgain(true)} />
    case 'expired':
      return again ? (
        <SignIn onCreate={() => undefined} onBack={() => setAgain(false)} />
      ) : (
        <Chat onSignIn={() => setAgain(true)} />
      )
    case 'signed-out':
    case 'signing-in':
      return creating ? (
        <CreateAccount onBack={() => setCreating(false)} />
      ) : (
        <SignIn onCreate={() => setCreating(true)} />
      )
    case 'provisioning':
      return <Provisioning state={state} />
    case 'two-factor':
      return <TwoFactor state={state} />
    case 'terms':
      return <Terms state={state} />
    case 'locked':
      return <Locked problem={state.problem} />
  }
}

export function App(): ReactElement {
  useTheme()
  return (
    <>
      <Screen />
      <OpenPanel />
    </>
  )
}
