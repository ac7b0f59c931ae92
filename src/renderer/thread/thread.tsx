import { useEffect, useMemo } from 'react'
import type { ReactElement } from 'react'
import { sentence } from '../lib/sentences.ts'
import { branchKey } from '../lib/tree.ts'
import { useStores, useView } from '../stores/context.ts'
import { Alert, Spinner } from '../ui/alert.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Mark } from '../ui/icon.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { shownBranch, turnsOf } from './branch.ts'
import { useFollowScroll } from './follow-scroll.ts'
import { MessageItem } from './message.tsx'
import { TurnStatus } from './turn-status.tsx'

function Welcome(): ReactElement {
  const name = useView(
    (s) => s.session,
    ({ state }) => (state.phase === 'signed-in' ? state.user.name : ''),
  )
  const first = name.includes('@') ? '' : (name.split(' ')[0] ?? '')
  return (
    <div className="welcome">
      <Mark />
      <h2>{first === '' ? 'How can I help?' : `How can I help, ${first}?`}</h2>
      <p>Ask about your home, or attach a photo of what needs attention.</p>
    </div>
  )
}

export function Thread(): ReactElement {
  const { thread } = useStores()
  const shown = useView(
    (s) => s.thread,
    (view) => view.shown,
  )
  const messages = useView(
    (s) => s.thread,
    (view) => view.messages,
  )
  const status = useView(
    (s) => s.thread,
    (view) => view.status,
  )
  const error = useView(
    (s) => s.thread,
    (view) => view.error,
  )
  const missing = useView(
    (s) => s.thread,
    (view) => view.missing,
  )
  const choice = useView(
    (s) => s.thread,
    (view) => view.choice,
  )
  const all = useView(
    (s) => s.turns,
    (view) => view.turns,
  )
  const turns = useMemo(() => turnsOf(all, shown), [all, shown])
  const branch = useMemo(() => shownBranch(messages, turns, choice), [messages, turns, choice])
  const key = shown.kind === 'stored' ? shown.id : 'new'
  const { view, content, atEnd, toEnd } = useFollowScroll(key)

  const running = turns.find(({ status: now }) => now !== 'failed')
  const runningAnswer = running?.answer?.id
  const runningId = running?.id
  // Who asks wants to see the answer, wherever they were reading.
  useEffect(() => {
    if (runningId !== undefined) toEnd()
  }, [runningId, toEnd])
  const empty = branch.length === 0
  return (
    <div className="thread-frame">
      <div className="thread" ref={view}>
        <div className="thread-content" ref={content}>
          {missing ? (
            <Alert>
              This conversation is not there. It may have been deleted, or it belongs to another account. What you write
              below begins a new one.
            </Alert>
          ) : null}
          {error === null ? null : (
            <Alert
              action={
                <button type="button" className="button small" onClick={() => void thread.reload()}>
                  Try again
                </button>
              }
            >
              {sentence(error)}
              {empty ? '' : ' What you see may not be the newest.'}
            </Alert>
          )}
          {empty && status === 'loading' ? (
            <div className="thread-loading">
              <Spinner label="Loading the conversation" />
            </div>
          ) : null}
          {empty && shown.kind === 'new' ? <Welcome /> : null}
          <div role="log" aria-label="Messages" aria-busy={running !== undefined} className="log">
            {branch.map(({ message, index, siblings }) => (
              <MessageItem
                key={message.id}
                message={message}
                running={message.id === runningAnswer}
                branch={
                  siblings.length === 1
                    ? null
                    : {
                        index,
                        count: siblings.length,
                        choose: (to) => thread.choose(branchKey(message), siblings[to]?.id ?? message.id),
                      }
                }
              />
            ))}
            {running !== undefined && running.answer === null ? (
              <div className="turn-status">
                <Waiting />
              </div>
            ) : null}
            {turns.map((turn) => (
              <TurnStatus key={turn.id} turn={turn} />
            ))}
          </div>
        </div>
      </div>
      {atEnd ? null : <IconButton icon="down" label="Go to the newest message" className="to-end" onClick={toEnd} />}
    </div>
  )
}
