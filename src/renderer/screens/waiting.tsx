import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { KeychainProblem, SessionState } from '../../contract/session.ts'
import { keychainSentence, sentence } from '../lib/sentences.ts'
import { useSession, useStores, useView } from '../stores/context.ts'
import { Alert, Spinner } from '../ui/alert.tsx'
import { Card } from './card.tsx'
import { CheckConnection } from './check-connection.tsx'
import { Field } from './field.tsx'

/** Seconds until `at`, counting down. */
function useSecondsUntil(at: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, Math.ceil((at - now) / 1000))
}

export function Provisioning({ state }: { state: SessionState & { phase: 'provisioning' } }): ReactElement {
  const { session } = useStores()
  const seconds = useSecondsUntil(state.nextTryAt)
  return (
    <Card title="Preparing your chat" lead={state.email}>
      <div className="center">
        <Spinner label="Preparing your chat" />
        <p>Your chat account is being set up. This usually takes less than a minute, and the app goes on by itself.</p>
        <p className="muted">{seconds > 0 ? `Looking again in ${seconds} s` : 'Looking now…'}</p>
        {state.attempt > 6 ? (
          <Alert>This takes longer than usual. You can leave the app open, or come back later and sign in again.</Alert>
        ) : null}
        <button type="button" className="button" onClick={() => void session.retry()}>
          Look now
        </button>
      </div>
      <footer>
        <button type="button" className="link-button" onClick={() => void session.cancel()}>
          Cancel
        </button>
        {state.attempt > 6 ? <CheckConnection className="link-button" /> : null}
      </footer>
    </Card>
  )
}

export function TwoFactor({ state }: { state: SessionState & { phase: 'two-factor' } }): ReactElement {
  const { session } = useStores()
  const { busy } = useSession()
  const error =
    useView(
      (s) => s.session,
      (view) => view.error,
    ) ?? state.error
  const [code, setCode] = useState('')
  const seconds = useSecondsUntil(state.expiresAt)
  return (
    <Card title="Enter your code" lead={`Your chat account asks for a second step: ${state.email}`}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void session.verifyCode(code.trim())
        }}
      >
        {error === null || busy ? null : <Alert>{sentence(error)}</Alert>}
        {seconds === 0 ? <Alert>The time for this code is over. Cancel and sign in again.</Alert> : null}
        <Field
          label="Code"
          hint="Six digits from your authenticator app, or a backup code."
          autoComplete="one-time-code"
          inputMode="text"
          required
          autoFocus
          minLength={6}
          maxLength={32}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <button type="submit" className="button primary" disabled={busy || seconds === 0}>
          {busy ? 'Checking…' : 'Continue'}
        </button>
      </form>
      <footer>
        <button type="button" className="link-button" onClick={() => void session.cancel()}>
          Cancel
        </button>
      </footer>
    </Card>
  )
}

export function Locked({ problem }: { problem: KeychainProblem }): ReactElement {
  const { session } = useStores()
  const { busy } = useSession()
  return (
    <Card title="Your session is locked away" lead={`${keychainSentence(problem)}.`}>
      <div className="center">
        <p>
          {problem === 'locked'
            ? 'Unlock the keychain and try again, and you are signed in as before. Or sign in with your password.'
            : 'Try again, or sign in with your password. Nothing that is saved is deleted.'}
        </p>
        <button type="button" className="button primary" disabled={busy} onClick={() => void session.retry()}>
          {busy ? <Spinner label="Opening the keychain" /> : null}
          Try again
        </button>
        <button type="button" className="button" onClick={() => void session.cancel()}>
          Sign in with password
        </button>
      </div>
      <footer>
        <CheckConnection className="link-button" />
      </footer>
    </Card>
  )
}

/** Milliseconds after which a start is slow enough to say what it waits for. */
const slowStart = 2500

export function Starting(): ReactElement {
  const { session } = useStores()
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowStart)
    return () => clearTimeout(timer)
  }, [])
  return (
    <main className="screen" aria-busy="true">
      <div className="card">
        <div className="center">
          <Spinner label="Starting Hestami Chat" />
          <p>{slow ? 'Waiting for the keychain of this computer…' : 'Opening your chat…'}</p>
          {slow ? (
            <>
              <button type="button" className="button" onClick={() => void session.cancel()}>
                Sign in with password
              </button>
              <CheckConnection className="link-button" />
            </>
          ) : null}
        </div>
      </div>
    </main>
  )
}
