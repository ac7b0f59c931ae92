import { useState } from 'react'
import type { ReactElement } from 'react'
import type { AppError } from '../../contract/errors.ts'
import type { SessionState } from '../../contract/session.ts'
import { keychainSentence, sentence } from '../lib/sentences.ts'
import { useSession, useStores } from '../stores/context.ts'
import { Alert, Spinner } from '../ui/alert.tsx'
import { Card } from './card.tsx'
import { CheckConnection, isAboutConnection } from './check-connection.tsx'
import { Field } from './field.tsx'

const steps = { platform: 'Signing in…', librechat: 'Opening your chat…' } as const

/** The fault to show: of the form just sent, or of the attempt that ended in `signed-out`. */
const shownError = (state: SessionState, error: AppError | null): AppError | null =>
  error ?? (state.phase === 'signed-out' ? state.error : null)

export function SignIn({ onCreate, onBack }: { onCreate: () => void; onBack?: () => void }): ReactElement {
  const stores = useStores()
  const { state, busy, error } = useSession()
  const known = state.phase === 'expired' || state.phase === 'signing-in' ? state.email : ''
  const [email, setEmail] = useState(known)
  const [password, setPassword] = useState('')
  const working = busy || state.phase === 'signing-in'
  const problem = working ? null : shownError(state, error)
  const checkable = problem !== null && isAboutConnection(problem)
  const blocked = state.phase === 'signed-out' ? state.keychain : null

  const submit = async (): Promise<void> => {
    if (await stores.session.signIn({ email: email.trim(), password })) setPassword('')
  }

  return (
    <Card title="Sign in to Hestami Chat" lead="Use the email and password of your Hestami account.">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {problem === null ? null : (
          <Alert action={checkable ? <CheckConnection /> : undefined}>{sentence(problem)}</Alert>
        )}
        {blocked === null ? null : (
          <Alert
            action={
              <button type="button" className="button small" onClick={() => void stores.session.retry()}>
                Try again
              </button>
            }
          >
            {keychainSentence(blocked)}, so a saved session could not be opened.
          </Alert>
        )}
        <Field
          label="Email"
          type="email"
          autoComplete="username"
          required
          autoFocus={known === ''}
          maxLength={254}
          value={email}
          readOnly={working}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus={known !== ''}
          maxLength={1024}
          value={password}
          readOnly={working}
          onChange={(event) => setPassword(event.target.value)}
        />
        <button type="submit" className="button primary" disabled={working}>
          {working ? <Spinner label="Signing in" /> : null}
          {working ? (state.phase === 'signing-in' ? steps[state.step] : 'Signing in…') : 'Sign in'}
        </button>
      </form>
      <footer>
        {working ? (
          <button type="button" className="link-button" onClick={() => void stores.session.cancel()}>
            Cancel
          </button>
        ) : onBack === undefined ? (
          <span>
            New to Hestami?{' '}
            <button
              type="button"
              className="link-button"
              onClick={() => {
                stores.session.forgetError()
                onCreate()
              }}
            >
              Create account
            </button>
          </span>
        ) : (
          <button type="button" className="link-button" onClick={onBack}>
            Back to reading
          </button>
        )}
        {checkable ? null : <CheckConnection className="link-button" />}
      </footer>
    </Card>
  )
}
