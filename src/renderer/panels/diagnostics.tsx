import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { CheckResult } from '../../contract/diagnostics.ts'
import { checkGroups, checkTitles, factLabels, factValue, stateWord } from '../lib/check-labels.ts'
import type { Group, ShownState } from '../lib/check-labels.ts'
import { checkWords } from '../lib/check-sentences.ts'
import { checkText, originOf } from '../lib/check-text.ts'
import { sentence } from '../lib/sentences.ts'
import { useSession, useStores, useView } from '../stores/context.ts'
import { stepKey } from '../stores/diagnostics.ts'
import type { DiagnosticsView } from '../stores/diagnostics.ts'
import { Alert } from '../ui/alert.tsx'
import { Icon } from '../ui/icon.tsx'
import type { IconName } from '../ui/icon.tsx'
import { Panel } from './panel.tsx'
import './diagnostics.css'

type Results = DiagnosticsView['results']

const icons: Readonly<Partial<Record<ShownState, IconName>>> = { ok: 'check', warning: 'warning', failed: 'close' }

const isProblem = ({ state }: CheckResult): boolean => state === 'failed' || state === 'warning'

/** Where the run is, in one sentence; spoken when it changes. */
function summary({ running, end, results }: DiagnosticsView): string {
  if (running) return 'Checking the connection…'
  if (end === 'none') return ''
  const problems = checkGroups.flatMap(({ title, server, checks }) =>
    checks.flatMap((check) => {
      const result = results[stepKey(check, server)]
      return result !== undefined && isProblem(result) ? [`${title} – ${checkTitles[check]}`] : []
    }),
  )
  const [first] = problems
  const found =
    first === undefined
      ? 'No problems found.'
      : `${problems.length === 1 ? 'One problem' : `${problems.length} problems`} found: ${problems.join('; ')}.`
  if (end === 'stopped') return first === undefined ? 'Stopped.' : `Stopped. ${found}`
  return `Done. ${found}`
}

function Facts({ result }: { result: CheckResult }): ReactElement {
  return (
    <dl className="check-facts">
      {result.facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{factLabels[name]}</dt>
          <dd>{factValue(name, value)}</dd>
        </div>
      ))}
      {result.ms === null ? null : (
        <div>
          <dt>Took</dt>
          <dd>{result.ms} ms</dd>
        </div>
      )}
    </dl>
  )
}

interface StepProps {
  readonly title: string
  readonly result: CheckResult | undefined
  readonly origin: string | null
}

/** One line; the details open below it, and what is wrong is always there to read. */
function Step({ title, result, origin }: StepProps): ReactElement {
  const state = result?.state ?? 'waiting'
  const icon = icons[state]
  const ended = result !== undefined && state !== 'running'
  const words = ended ? checkWords(result, origin) : null
  const wrong = result !== undefined && isProblem(result)
  const head = (
    <>
      <span className="check-icon" aria-hidden="true">
        {icon === undefined ? <i /> : <Icon name={icon} />}
      </span>
      <strong>{title}</strong>
      <span className="check-found">{wrong ? null : words?.found}</span>
      <span className="check-state">{stateWord(state, result?.finding ?? 'none')}</span>
    </>
  )
  return (
    <li className={`check check-${state}`}>
      {ended && !wrong && result.facts.length > 0 ? (
        <details>
          <summary className="check-head">{head}</summary>
          <Facts result={result} />
        </details>
      ) : (
        <div className="check-head">{head}</div>
      )}
      {wrong && words !== null ? (
        <div className="check-wrong">
          <p>{words.found}</p>
          {words.you === undefined ? null : (
            <p>
              <b>What you can do:</b> {words.you}
            </p>
          )}
          {words.administrator === undefined ? null : (
            <p>
              <b>For your administrator:</b> {words.administrator}
            </p>
          )}
          {result.facts.length === 0 ? null : (
            <details>
              <summary>
                Details<span className="visually-hidden"> of {title}</span>
              </summary>
              <Facts result={result} />
            </details>
          )}
        </div>
      ) : null}
    </li>
  )
}

function Steps({ group, results }: { group: Group; results: Results }): ReactElement {
  const { title, server, checks } = group
  const origin = originOf(results, server)
  return (
    <section className="check-group">
      <h3>
        {title} {origin === null ? null : <span className="muted">{URL.parse(origin)?.host}</span>}
      </h3>
      <ul aria-label={title}>
        {checks.map((check) => (
          <Step key={check} title={checkTitles[check]} result={results[stepKey(check, server)]} origin={origin} />
        ))}
      </ul>
    </section>
  )
}

/** Milliseconds that "Copied" is shown. */
const shownFor = 1600

function CopyResult({ results }: { results: Results }): ReactElement {
  const { api } = useStores()
  const [details, setDetails] = useState('')
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    void api.app.info().then((info) => info.ok && setDetails(info.value.details))
  }, [api])
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), shownFor)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <button
      type="button"
      className="button"
      onClick={() => {
        navigator.clipboard.writeText(checkText(results, details, new Date())).then(
          () => setCopied(true),
          () => undefined,
        )
      }}
    >
      <Icon name={copied ? 'check' : 'copy'} />
      <span aria-live="polite">{copied ? 'Copied' : 'Copy result'}</span>
    </button>
  )
}

/** The step-by-step connection check. */
export function DiagnosticsPanel(): ReactElement {
  const { diagnostics, panels } = useStores()
  const { state } = useSession()
  const view = useView(
    (s) => s.diagnostics,
    (found) => found,
  )
  const { running, end, results, askModel, error } = view
  const mayAsk = state.phase === 'signed-in'
  return (
    <Panel title="Connection check">
      <div className="check-start">
        <p>
          Looks step by step whether this app can reach both servers, and says what to do where it cannot. It takes a
          few seconds and changes nothing.
        </p>
        <label className="check-ask">
          <input
            type="checkbox"
            checked={askModel && mayAsk}
            disabled={running || !mayAsk}
            aria-describedby="check-ask-cost"
            onChange={(event) => diagnostics.setAskModel(event.target.checked)}
          />
          <span>Also ask the model a short question</span>
        </label>
        <p id="check-ask-cost" className="check-cost muted">
          {mayAsk
            ? 'Shows whether answers arrive as they are written. Counts as one message of a few hundred tokens, in a temporary chat that is deleted again.'
            : 'Sign in first to look at answers too.'}
        </p>
        <div className="check-actions">
          {running ? (
            <button type="button" className="button" onClick={() => void diagnostics.stop()}>
              <Icon name="stop" />
              Stop
            </button>
          ) : (
            <button type="button" className="button primary" onClick={() => void diagnostics.run({ mayAsk })}>
              {end === 'none' ? 'Run the check' : 'Run again'}
            </button>
          )}
          {end === 'none' ? null : (
            <>
              <CopyResult results={results} />
              <button type="button" className="button" onClick={() => panels.open('support-bundle')}>
                Save support bundle…
              </button>
            </>
          )}
        </div>
      </div>
      <p className="check-summary" role="status">
        {summary(view)}
      </p>
      {error === null ? null : <Alert>{sentence(error)}</Alert>}
      {running || end !== 'none'
        ? checkGroups.map((group) => <Steps key={group.title} group={group} results={results} />)
        : null}
    </Panel>
  )
}
