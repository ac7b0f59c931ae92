import type { ReactElement } from 'react'
import { useAppInfo } from '../stores/app-info.ts'
import { useStores, useView } from '../stores/context.ts'
import { newsOf } from '../stores/updates.ts'
import type { News } from '../stores/updates.ts'
import { Markdown } from '../thread/markdown.tsx'
import { Panel } from './panel.tsx'
import './whats-new.css'

const released = (at: number): string => new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(at)

function Notes({ news }: { news: News }): ReactElement {
  const { version, installed, releasedAt, notes } = news
  return (
    <article className="news" aria-label={`Version ${version}`}>
      <header>
        <h3>Version {version}</h3>
        <p className="muted">
          {installed ? 'Installed: this is the version you have.' : 'Not installed yet.'}
          {releasedAt === null ? null : ` Released on ${released(releasedAt)}.`}
        </p>
      </header>
      {notes.trim() === '' ? <p>This version comes without release notes.</p> : <Markdown text={notes} />}
    </article>
  )
}

/** The release notes of the update that is offered, and of the version that was just installed. */
export function WhatsNewPanel(): ReactElement {
  const { updates, panels } = useStores()
  const info = useAppInfo()
  const { state, installed, restarting } = useView(
    (s) => s.updates,
    (view) => view,
  )
  const news = newsOf({ state, installed })
  const phase = state?.status.phase
  return (
    <Panel title="What’s new">
      <div className="whats-new">
        {news.map((one) => (
          <Notes key={one.version} news={one} />
        ))}
        {news.length === 0 ? (
          <p>
            There is nothing new to read: no update is waiting, and
            {info === null ? ' this version' : ` version ${info.version}`} was not installed just now.
          </p>
        ) : null}
        <div className="whats-new-actions">
          {phase === 'ready' ? (
            <button
              type="button"
              className="button primary"
              disabled={restarting}
              onClick={() => void updates.restart(false)}
            >
              {restarting ? 'Restarting…' : 'Restart to update'}
            </button>
          ) : null}
          <button type="button" className="button" onClick={() => panels.open('settings', 'updates')}>
            Update settings
          </button>
        </div>
      </div>
    </Panel>
  )
}
