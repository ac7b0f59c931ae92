import { useState } from 'react'
import type { ReactElement } from 'react'
import { keychainSentence, sentence } from '../lib/sentences.ts'
import { useSession, useStores, useView } from '../stores/context.ts'
import { Alert } from '../ui/alert.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { CheckConnection } from './check-connection.tsx'

interface Props {
  readonly onSignIn: () => void
  /** False where there is no panel to show the connection check in. */
  readonly canCheck?: boolean
}

/** What limits the session now: expired, offline, or not remembered. */
export function ConnectionNotice({ onSignIn, canCheck = true }: Props): ReactElement | null {
  const { session } = useStores()
  const { state, busy, error } = useSession()
  const [read, setRead] = useState(false)
  if (state.phase === 'expired')
    return (
      <Alert
        action={
          <button type="button" className="button small" onClick={onSignIn}>
            Sign in again
          </button>
        }
      >
        Your session has ended. You can read what is here; to go on, sign in again.
      </Alert>
    )
  if (state.phase !== 'signed-in') return null
  return (
    <>
      {error === null || busy ? null : <Alert>{sentence(error)}</Alert>}
      {state.online ? null : (
        <Alert
          action={
            <>
              <button type="button" className="button small" disabled={busy} onClick={() => void session.retry()}>
                Try again
              </button>
              {canCheck ? <CheckConnection /> : null}
            </>
          }
        >
          {state.offlineError === null ? 'The chat server cannot be reached.' : sentence(state.offlineError)} You can
          read what is here meanwhile.
        </Alert>
      )}
      {state.remembered || read ? null : (
        <div className="notice" role="status">
          <Icon name="warning" />
          <span className="alert-text">
            {state.keychain === null ? 'Your session is not saved' : keychainSentence(state.keychain)}, so you stay
            signed in only until the app is closed.
          </span>
          <IconButton icon="close" label="Dismiss" onClick={() => setRead(true)} />
        </div>
      )}
    </>
  )
}

/** Why the last small thing that was asked for did not happen. */
export function ProblemNotice(): ReactElement | null {
  const { problem } = useStores()
  const error = useView(
    (s) => s.problem,
    (view) => view.error,
  )
  if (error === null) return null
  return <Alert action={<IconButton icon="close" label="Dismiss" onClick={problem.dismiss} />}>{sentence(error)}</Alert>
}
