import { useEffect, useRef } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { UpdateStatus } from '../../../contract/updates.ts'
import { sentence } from '../../lib/sentences.ts'
import { progressText, statusSentence } from '../../lib/update-sentences.ts'
import { channelNames, useAppInfo } from '../../stores/app-info.ts'
import { useStores, useView } from '../../stores/context.ts'
import { Alert } from '../../ui/alert.tsx'
import './updates.css'

interface ActProps {
  readonly applies: boolean
  readonly primary?: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}

/** A button that keeps the focus when what it does no longer applies. */
const Act = ({ applies, primary = false, onClick, children }: ActProps): ReactElement => (
  <button
    type="button"
    className={primary && applies ? 'button primary' : 'button'}
    aria-disabled={!applies}
    onClick={() => {
      if (applies) onClick()
    }}
  >
    {children}
  </button>
)

function Progress({ status }: { status: Extract<UpdateStatus, { phase: 'downloading' }> }): ReactElement {
  const { updates } = useStores()
  const { receivedBytes, totalBytes } = status
  return (
    <div className="update-progress">
      <progress
        aria-label="Download of the update"
        aria-valuetext={progressText(status)}
        value={receivedBytes}
        max={Math.max(totalBytes, 1)}
      />
      <span className="muted">{progressText(status)}</span>
      <button type="button" className="button small" onClick={() => void updates.cancel()}>
        Cancel
      </button>
    </div>
  )
}

function Status({ status }: { status: UpdateStatus }): ReactElement {
  const { updates, panels } = useStores()
  const restarting = useView(
    (s) => s.updates,
    (view) => view.restarting,
  )
  const { phase } = status
  const known = 'update' in status ? status.update : null
  const toDownload = phase === 'available' || (phase === 'failed' && known !== null)
  return (
    <>
      {phase === 'failed' ? (
        <Alert>{statusSentence(status)}</Alert>
      ) : (
        <p role="status">{restarting ? 'Restarting…' : statusSentence(status)}</p>
      )}
      {phase === 'downloading' ? <Progress status={status} /> : null}
      <div className="update-actions">
        <Act
          applies={phase !== 'off' && phase !== 'checking' && phase !== 'downloading' && !restarting}
          onClick={() => void updates.check()}
        >
          Check now
        </Act>
        <Act applies={toDownload} primary onClick={() => void updates.download()}>
          Download
        </Act>
        <Act applies={phase === 'ready' && !restarting} primary onClick={() => void updates.restart(false)}>
          Restart to update
        </Act>
        {known === null ? null : (
          <button type="button" className="link-button" onClick={() => panels.open('whats-new')}>
            What’s new in {known.version}
          </button>
        )}
      </div>
    </>
  )
}

/** Settings: which version this is, and everything about the next one. `children`: settings that belong here. */
export function UpdatesSection({ children }: { children?: ReactNode }): ReactElement {
  const { panels } = useStores()
  const info = useAppInfo()
  const { state, error, installed } = useView(
    (s) => s.updates,
    (view) => view,
  )
  const asked = useView(
    (s) => s.panels,
    (view) => view.section === 'updates',
  )
  const element = useRef<HTMLElement>(null)
  useEffect(() => {
    if (asked) element.current?.scrollIntoView({ block: 'start' })
  }, [asked])
  const waiting = state !== null && 'update' in state.status && state.status.update !== null
  return (
    <section ref={element} className="updates-section" aria-labelledby="settings-updates">
      <h3 id="settings-updates">Updates</h3>
      {info === null ? null : (
        <p className="muted">
          Version {info.version}, {channelNames[info.updateChannel]} channel
          {installed !== null && !waiting ? (
            <>
              {' '}
              <button type="button" className="link-button" onClick={() => panels.open('whats-new')}>
                What’s new in it
              </button>
            </>
          ) : null}
        </p>
      )}
      {error === null ? null : <Alert>{sentence(error)}</Alert>}
      {state === null ? null : <Status status={state.status} />}
      {children}
    </section>
  )
}
