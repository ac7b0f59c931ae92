import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useStore } from 'zustand'
import type { BundleSection } from '../../contract/bundle-lines.ts'
import { formatBytes } from '../lib/format.ts'
import { sentence } from '../lib/sentences.ts'
import { useStores } from '../stores/context.ts'
import { bundleText, createSupportBundleStore, endLine, isIn } from '../stores/support-bundle.ts'
import type { SupportBundleView } from '../stores/support-bundle.ts'
import { Alert, Spinner } from '../ui/alert.tsx'
import { Icon } from '../ui/icon.tsx'
import { BundleLines } from './bundle-lines.tsx'
import { DetailedLogSwitch } from './detailed-log.tsx'
import { Panel } from './panel.tsx'
import './support-bundle.css'

/** Milliseconds that "Copied" is shown. */
const shownFor = 1600

const titles: readonly (readonly [BundleSection, string])[] = [
  ['header', 'App and system'],
  ['settings', 'Settings'],
  ['session', 'Sign-in'],
  ['updates', 'Updates'],
  ['check', 'Connection check'],
  ['exchange', 'Network timeline'],
  ['storage', 'Storage'],
  ['crash', 'Crashes'],
  ['log', 'Log'],
]

const count = (lines: number): string => `${lines.toLocaleString()} ${lines === 1 ? 'line' : 'lines'}`

function save(view: SupportBundleView): void {
  const url = URL.createObjectURL(new Blob([bundleText(view)], { type: 'application/x-ndjson' }))
  const link = document.createElement('a')
  link.href = url
  link.download = view.fileName
  link.click()
  // The download has its own hold on what is behind the address once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function Bundle({
  view,
  store,
}: {
  view: SupportBundleView
  store: ReturnType<typeof createSupportBundleStore>
}): ReactElement {
  const [search, setSearch] = useState('')
  const [done, setDone] = useState<'copied' | 'not-copied' | 'saved' | null>(null)
  useEffect(() => {
    if (done !== 'copied') return undefined
    const timer = setTimeout(() => setDone(null), shownFor)
    return () => clearTimeout(timer)
  }, [done])

  const { rows, sectionsOut, fileName, end } = view
  const wanted = search.trim().toLowerCase()
  const found = wanted === '' ? rows : rows.filter(({ text }) => text.toLowerCase().includes(wanted))
  const kept = rows.filter((row) => isIn(view, row))
  const bytes = kept.reduce((sum, { text }) => sum + text.length + 1, endLine(view).length + 1)
  const old = end === null || end.tooOld === 0 ? '' : ` ${count(end.tooOld)} of the log were too old to fit.`

  return (
    <>
      <fieldset className="bundle-sections">
        <legend>What goes into it</legend>
        {titles.map(([section, title]) => {
          const lines = rows.filter((row) => row.section === section).length
          return lines === 0 ? null : (
            <label key={section}>
              <input
                type="checkbox"
                checked={!sectionsOut.has(section)}
                onChange={() => store.toggleSection(section)}
              />
              {title} <span className="muted">{lines.toLocaleString()}</span>
            </label>
          )
        })}
      </fieldset>
      <div className="bundle-search">
        <input
          type="search"
          aria-label="Search in the lines"
          placeholder="Search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <span className="muted" role="status">
          {wanted === '' ? '' : `${count(found.length)} found`}
        </span>
      </div>
      <BundleLines rows={found} end={endLine(view)} isIn={(row) => isIn(view, row)} onToggle={store.toggleRow} />
      <div className="bundle-actions">
        <p className="muted" role="status">
          {done === 'saved'
            ? `${fileName} was handed to your downloads. Send it to your support; nothing was sent by the app.`
            : done === 'not-copied'
              ? 'It could not be copied. Save it instead.'
              : `${count(kept.length + 1)}, ${formatBytes(bytes)}.${old}`}
        </p>
        <button
          type="button"
          className="button"
          onClick={() => {
            navigator.clipboard.writeText(bundleText(view)).then(
              () => setDone('copied'),
              () => setDone('not-copied'),
            )
          }}
        >
          <Icon name={done === 'copied' ? 'check' : 'copy'} />
          <span aria-live="polite">{done === 'copied' ? 'Copied' : 'Copy'}</span>
        </button>
        <button
          type="button"
          className="button primary"
          onClick={() => {
            save(view)
            setDone('saved')
          }}
        >
          Save
        </button>
      </div>
    </>
  )
}

/** Everything that a support bundle would hold, line by line, before anything is saved. */
export function SupportBundlePanel(): ReactElement {
  const { api } = useStores()
  const [store] = useState(() => createSupportBundleStore(api))
  const view = useStore(store.store)
  useEffect(() => void store.load(), [store])
  const ready = view.fileName !== ''

  return (
    <Panel title="Save support bundle">
      <div className="bundle">
        <p>
          A text file for your support: version, settings, sign-in, connection check and log, told in codes, numbers and
          times. Never in it are your messages, names of people, files or servers, email addresses, passwords or tokens.
        </p>
        <DetailedLogSwitch />
        {view.error === null ? null : (
          <Alert
            action={
              <button type="button" className="button small" onClick={() => void store.load()}>
                Try again
              </button>
            }
          >
            {sentence(view.error)}
          </Alert>
        )}
        {ready ? <Bundle view={view} store={store} /> : view.loading ? <Spinner label="Collecting" /> : null}
      </div>
    </Panel>
  )
}
