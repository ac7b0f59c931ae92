import { useState } from 'react'
import type { DragEvent, ReactElement } from 'react'
import type { AppError } from '../../contract/errors.ts'
import type { BundleSummary } from '../../contract/support.ts'
import { effectWords, matchWords, problemWords, timesWords } from '../lib/debug-words.ts'
import { sentence } from '../lib/sentences.ts'
import { useStores } from '../stores/context.ts'
import { Alert, Spinner } from '../ui/alert.tsx'
import { Icon } from '../ui/icon.tsx'
import { Panel } from './panel.tsx'
import './open-bundle.css'

/** Characters that the app reads; what it writes is below 5 MB. */
const largest = 8_000_000

interface Opened {
  readonly name: string
  readonly text: string
  readonly summary: BundleSummary
}

const flavourNames = { production: 'Hestami Chat', beta: 'Hestami Chat Beta', debug: 'Hestami Chat Debug' } as const
const systems: Readonly<Record<string, string>> = { win32: 'Windows', darwin: 'macOS', linux: 'Linux' }

const amount = (count: number, one: string, many: string): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`

function Facts({ summary, name }: { summary: BundleSummary; name: string }): ReactElement {
  const { version, flavour, build, platform, system, writtenAt, exchanges, unreadable, removed } = summary
  const facts: readonly (readonly [string, string])[] = [
    ['File', name],
    ['App', `${flavourNames[flavour]} ${version}`],
    ['Build', build],
    ['System', `${systems[platform] ?? platform}${system === null ? '' : ` ${system}`}`],
    ['Written', new Date(writtenAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })],
    ['Holds', amount(exchanges, 'exchange with the servers', 'exchanges with the servers')],
    ...(removed === 0 ? [] : [['Taken out', `${amount(removed, 'line', 'lines')} by whoever sent it`] as const]),
    ...(unreadable === 0 ? [] : [['Not readable', amount(unreadable, 'line', 'lines')] as const]),
  ]
  return (
    <dl className="opened-facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Summary({ opened, onReplay }: { opened: Opened; onReplay: () => void }): ReactElement {
  const { problems, rules, replayable } = opened.summary
  return (
    <>
      <Facts summary={opened.summary} name={opened.name} />
      <section aria-labelledby="opened-problems">
        <h3 id="opened-problems">What went wrong</h3>
        {problems.length === 0 ? (
          <p className="muted">Nothing that this bundle tells of.</p>
        ) : (
          <ul className="opened-list">
            {problems.map((problem) => (
              <li key={JSON.stringify(problem)}>{problemWords(problem)}</li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="opened-rules">
        <h3 id="opened-rules">What a replay does</h3>
        {rules.length === 0 ? (
          <p className="muted">Every exchange goes well, as it did there.</p>
        ) : (
          <ol className="opened-list">
            {rules.map((rule) => (
              <li key={rule.id}>
                {matchWords(rule)} {effectWords(rule)} <span className="muted">({timesWords(rule.times)})</span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <div className="opened-actions">
        <button type="button" className="button primary" disabled={!replayable} onClick={onReplay}>
          Replay
        </button>
        <p className="muted">
          {replayable
            ? 'Starts the app on servers of its own that behave like that, with new and empty files. Sign in with any e-mail address and any password.'
            : 'This app cannot replay bundles here.'}
        </p>
      </div>
    </>
  )
}

/** Reads a support bundle and says what it tells; developer builds only. */
export function OpenBundlePanel(): ReactElement {
  const { api } = useStores()
  const [opened, setOpened] = useState<Opened | null>(null)
  const [busy, setBusy] = useState<'reading' | 'replaying' | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [over, setOver] = useState(false)

  const told = (error: AppError): string =>
    error.code === 'invalid-input' ? 'That is not a support bundle of this app.' : sentence(error)
  const open = async (file: File): Promise<void> => {
    setProblem(null)
    setOpened(null)
    if (file.size > largest) return setProblem('That file is too large for a support bundle.')
    setBusy('reading')
    const text = await file.text().catch(() => null)
    const read = text === null ? null : await api.debug.openBundle({ text })
    setBusy(null)
    if (text === null || read === null) setProblem('That file cannot be read.')
    else if (read.ok) setOpened({ name: file.name, text, summary: read.value })
    else setProblem(told(read.error))
  }
  const replay = async ({ text }: Opened): Promise<void> => {
    setProblem(null)
    setBusy('replaying')
    const done = await api.debug.replay({ text })
    setBusy(null)
    if (!done.ok) setProblem(told(done.error))
  }
  const onDrop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer.files
    if (file !== undefined) void open(file)
  }

  return (
    <Panel title="Open support bundle">
      <div className="opened">
        <label
          className={over ? 'opened-drop opened-over' : 'opened-drop'}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={onDrop}
        >
          <input
            type="file"
            className="visually-hidden"
            accept=".jsonl,application/x-ndjson"
            aria-label="Support bundle"
            onChange={(event) => {
              const [file] = event.target.files ?? []
              if (file !== undefined) void open(file)
              // The same file can be chosen again.
              event.target.value = ''
            }}
          />
          <Icon name="plus" />
          <span>
            <b>Choose a file</b> or drop it here
          </span>
          <small className="muted">hestami-support-….jsonl, as Help → Save support bundle writes it</small>
        </label>
        <p role="status" className="visually-hidden">
          {opened === null ? '' : `${opened.name} is open.`}
        </p>
        {busy === null ? null : (
          <p className="opened-busy">
            <Spinner label={busy === 'reading' ? 'Reading' : 'Starting the replay'} />
            {busy === 'reading' ? 'Reading…' : 'Starting the replay…'}
          </p>
        )}
        {problem === null ? null : <Alert>{problem}</Alert>}
        {opened === null ? null : <Summary opened={opened} onReplay={() => void replay(opened)} />}
      </div>
    </Panel>
  )
}
