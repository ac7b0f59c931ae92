import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useStore } from 'zustand'
import type { Exchange } from '../../contract/support.ts'
import { isProblem, serverNames, timelineText } from '../lib/debug-words.ts'
import { sentence } from '../lib/sentences.ts'
import { useStores } from '../stores/context.ts'
import { createDebugStore } from '../stores/debug.ts'
import { Alert } from '../ui/alert.tsx'
import { Icon } from '../ui/icon.tsx'
import { FaultRules } from './fault-rules.tsx'
import { Panel } from './panel.tsx'
import { TimelineTable } from './timeline-table.tsx'
import './timeline.css'

type Server = Exchange['server'] | 'all'

/** Milliseconds that "Copied" is shown. */
const shownFor = 1600

function Copy({ exchanges }: { exchanges: readonly Exchange[] }): ReactElement {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), shownFor)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <button
      type="button"
      className="button small"
      disabled={exchanges.length === 0}
      onClick={() => {
        navigator.clipboard.writeText(timelineText(exchanges)).then(
          () => setCopied(true),
          () => undefined,
        )
      }}
    >
      <Icon name={copied ? 'check' : 'copy'} />
      <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
    </button>
  )
}

/** What goes between the app and its servers, live, and what is done to it on purpose. Developer builds only. */
export function TimelinePanel(): ReactElement {
  const { api } = useStores()
  const [debug] = useState(() => createDebugStore(api))
  const [server, setServer] = useState<Server>('all')
  const [onlyProblems, setOnlyProblems] = useState(false)
  useEffect(() => debug.follow(), [debug])
  const { exchanges, paused, rules, error } = useStore(debug.store)
  const shown = exchanges.filter(
    (exchange) => (server === 'all' || exchange.server === server) && (!onlyProblems || isProblem(exchange)),
  )
  return (
    <Panel title="Network timeline">
      <div className="timeline">
        {error === null ? null : <Alert>{sentence(error)}</Alert>}
        <FaultRules rules={rules} debug={debug} />
        <section aria-label="Exchanges">
          <div className="timeline-bar">
            <label>
              <span className="visually-hidden">Server</span>
              <select value={server} onChange={(event) => setServer(event.target.value as Server)}>
                <option value="all">All servers</option>
                {Object.entries(serverNames).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <label className="timeline-only">
              <input
                type="checkbox"
                checked={onlyProblems}
                onChange={(event) => setOnlyProblems(event.target.checked)}
              />
              Only problems
            </label>
            <span className="timeline-space" />
            <button
              type="button"
              className="button small"
              aria-pressed={paused}
              onClick={() => void debug.pause(!paused)}
            >
              {paused ? 'Go on' : 'Pause'}
            </button>
            <button type="button" className="button small" onClick={debug.clear}>
              Clear
            </button>
            <Copy exchanges={shown} />
          </div>
          {shown.length === 0 ? (
            <p className="muted timeline-empty">
              {exchanges.length === 0 ? 'Nothing yet.' : 'Nothing of what there is fits the filter.'}
            </p>
          ) : (
            <TimelineTable exchanges={shown} />
          )}
        </section>
      </div>
    </Panel>
  )
}
