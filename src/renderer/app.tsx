import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { OpenPanel } from './panels/open-panel.tsx'
import { usePanelKeys } from './panels/panel-keys.ts'
import { Chat } from './screens/chat.tsx'
import { CreateAccount } from './screens/create-account.tsx'
import { ProxySignIn } from './screens/proxy-sign-in.tsx'
import { SignIn } from './screens/sign-in.tsx'
import { Terms } from './screens/terms.tsx'
import { RestartQuestion } from './screens/update-notice.tsx'
import { Locked, Provisioning, Starting, TwoFactor } from './screens/waiting.tsx'
import { useSession } from './stores/context.ts'
import { useTheme } from './ui/theme.ts'
import { Watermark } from './ui/watermark.tsx'

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
  usePanelKeys()
  return (
    <>
      <Screen />
      <OpenPanel />
      <RestartQuestion />
      <ProxySignIn />
      <Watermark />
    </>
  )
}
