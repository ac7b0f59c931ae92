import type { ReactElement } from 'react'
import type { Turn } from '../../contract/chat.ts'
import { sentence } from '../lib/sentences.ts'
import { useStores } from '../stores/context.ts'
import { Alert, Spinner } from '../ui/alert.tsx'

/** What goes on with a turn, below its last message: nothing while all is well. */
export function TurnStatus({ turn }: { turn: Turn }): ReactElement | null {
  const stores = useStores()
  if (turn.status === 'reconnecting')
    return (
      <div className="turn-status" role="status">
        <Spinner label="Reconnecting" />
        Connection lost. Getting the answer back…
      </div>
    )
  if (turn.status !== 'failed' || turn.error === null) return null
  return (
    <Alert
      action={
        <>
          {turn.retriable ? (
            <button type="button" className="button small" onClick={() => stores.retry(turn)}>
              Send again
            </button>
          ) : null}
          <button type="button" className="button small" onClick={() => stores.takeBack(turn)}>
            {turn.answer === null ? 'Edit' : 'Dismiss'}
          </button>
        </>
      }
    >
      {sentence(turn.error)}
    </Alert>
  )
}
