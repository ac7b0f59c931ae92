import type { ReactElement } from 'react'
import type { SessionState } from '../../contract/session.ts'
import { sentence } from '../lib/sentences.ts'
import { useSession, useStores } from '../stores/context.ts'
import { Markdown } from '../thread/markdown.tsx'
import { Alert } from '../ui/alert.tsx'
import { Card } from './card.tsx'

export function Terms({ state }: { state: SessionState & { phase: 'terms' } }): ReactElement {
  const { api, session } = useStores()
  const { busy, error } = useSession()
  const { text, url } = state
  return (
    <Card title="Terms of use" lead="Please read and accept the terms of the chat service." wide>
      {error === null || busy ? null : <Alert>{sentence(error)}</Alert>}
      {text === null ? null : (
        <div className="terms-text" tabIndex={0} role="region" aria-label="Terms">
          <Markdown text={text} />
        </div>
      )}
      {url === null ? null : (
        <p>
          <button type="button" className="link-button" onClick={() => void api.app.openExternal({ url })}>
            Read the terms in your browser
          </button>
        </p>
      )}
      <div className="actions">
        <button type="button" className="button" disabled={busy} onClick={() => void session.cancel()}>
          Decline and sign out
        </button>
        <button type="button" className="button primary" disabled={busy} onClick={() => void session.acceptTerms()}>
          {busy ? 'One moment…' : 'Accept and continue'}
        </button>
      </div>
    </Card>
  )
}
