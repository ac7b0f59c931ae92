import type { ReactElement, ReactNode } from 'react'
import type { UpdateOutcome } from '../../contract/updates.ts'
import { sentence } from '../lib/sentences.ts'
import { outcomeSentence, problemSentences, stopsSentence } from '../lib/update-sentences.ts'
import { useSession, useStores, useView } from '../stores/context.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'

interface NoticeProps {
  readonly wrong?: boolean
  readonly action?: ReactNode
  readonly onDismiss?: () => void
  readonly children: ReactNode
}

const Notice = ({ wrong = false, action, onDismiss, children }: NoticeProps): ReactElement => (
  <div className="notice" role="status">
    <Icon name={wrong ? 'warning' : 'download'} />
    <span className="alert-text">{children}</span>
    <div className="alert-actions">
      {action}
      {onDismiss === undefined ? null : <IconButton icon="close" label="Dismiss" onClick={onDismiss} />}
    </div>
  </div>
)

function WhatsNew(): ReactElement {
  const { panels } = useStores()
  return (
    <button type="button" className="button small" onClick={() => panels.open('whats-new')}>
      What’s new
    </button>
  )
}

function Outcome({ outcome }: { outcome: UpdateOutcome }): ReactElement {
  const { api, problem, updates } = useStores()
  const page = outcome.kind === 'unhealthy' ? outcome.url : null
  return (
    <Notice
      wrong={outcome.kind !== 'updated'}
      onDismiss={() => void updates.dismissOutcome()}
      action={
        <>
          {outcome.kind === 'updated' ? <WhatsNew /> : null}
          {page === null ? null : (
            <button
              type="button"
              className="button small"
              onClick={() => void problem.watch(api.app.openExternal({ url: page }))}
            >
              Open the download page
            </button>
          )}
        </>
      }
    >
      {outcomeSentence(outcome)}
    </Notice>
  )
}

/** Whether something that matters more is told in the same place. */
function useOtherNotice(): boolean {
  const { state } = useSession()
  const problem = useView(
    (s) => s.problem,
    (view) => view.error,
  )
  return problem !== null || state.phase !== 'signed-in' || !state.online
}

/** What became of an update, or that one is ready: one thing at a time. */
export function UpdateNotice(): ReactElement | null {
  const { updates } = useStores()
  const { state, later, restarting, notRestarted, error } = useView(
    (s) => s.updates,
    (view) => view,
  )
  const other = useOtherNotice()
  if (state === null) return null
  const { outcome, status } = state
  if (notRestarted !== null)
    return (
      <Notice wrong onDismiss={updates.forgetProblem}>
        {problemSentences[notRestarted]}
      </Notice>
    )
  if (outcome !== null) return <Outcome outcome={outcome} />
  if (status.phase !== 'ready') return null
  if (error !== null)
    return (
      <Notice wrong onDismiss={updates.forgetProblem}>
        {sentence(error)}
      </Notice>
    )
  if (other || later === status.update.version) return null
  if (restarting) return <Notice>Restarting to install version {status.update.version}…</Notice>
  return (
    <Notice
      action={
        <>
          <button type="button" className="button small primary" onClick={() => void updates.restart(false)}>
            Restart to update
          </button>
          <WhatsNew />
          <button type="button" className="button small" onClick={updates.putOff}>
            Later
          </button>
        </>
      }
    >
      Version {status.update.version} is ready.
    </Notice>
  )
}

/** Asks before a restart stops answers; over whatever asked for the restart. */
export function RestartQuestion(): ReactElement | null {
  const { updates } = useStores()
  const stops = useView(
    (s) => s.updates,
    (view) => view.stops,
  )
  if (stops === null) return null
  return (
    <Dialog label="Restart to update" onClose={updates.stay}>
      <h2>{stopsSentence(stops)}</h2>
      <p>
        {stops === 1 ? 'It is still being written.' : 'They are still being written.'} What has arrived so far is kept,
        and so is what you have typed.
      </p>
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={updates.stay}>
          Not now
        </button>
        <button type="button" className="button primary" onClick={() => void updates.restart(true)}>
          Restart and stop
        </button>
      </div>
    </Dialog>
  )
}
