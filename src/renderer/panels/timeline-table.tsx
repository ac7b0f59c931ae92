import { useId, useState } from 'react'
import type { ReactElement } from 'react'
import type { Exchange } from '../../contract/support.ts'
import { duration, isProblem, resultOf, serverNames } from '../lib/debug-words.ts'
import { formatBytes } from '../lib/format.ts'

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' })

const time = (ms: number | null): string => (ms === null ? '–' : duration(ms))

/** Where the time went: until the headers, until the first byte, while the body came. `whole` milliseconds are the full width. */
function Bar({ exchange, whole }: { exchange: Exchange; whole: number }): ReactElement {
  const { headersMs, firstByteMs, endMs, fault } = exchange
  const end = endMs ?? firstByteMs ?? headersMs ?? 0
  const headers = Math.min(headersMs ?? end, end)
  const first = Math.min(firstByteMs ?? end, end)
  const at = (ms: number): number => (whole === 0 ? 0 : (ms / whole) * 100)
  // The shortest exchange can be seen, too.
  const last = Math.max(at(end) - at(first), firstByteMs === null ? 0 : 0.7)
  return (
    <svg
      className={fault === null || fault === 'cancelled' ? 'bar' : 'bar bar-fault'}
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect className="bar-headers" x={0} y={2} width={Math.max(at(headers), 0.7)} height={4} />
      <rect className="bar-first" x={at(headers)} y={2} width={Math.max(0, at(first) - at(headers))} height={4} />
      <rect className="bar-body" x={at(first)} y={1} width={last} height={6} />
    </svg>
  )
}

function Details({ exchange, id }: { exchange: Exchange; id: string }): ReactElement {
  const { connectMs, headersMs, firstByteMs, endMs, longestGapMs, chunks, content, sentBytes, receivedBytes } = exchange
  const facts: readonly (readonly [string, string])[] = [
    ['Connection', connectMs === null ? (headersMs === null ? '–' : 'was open') : duration(connectMs)],
    ['Headers', time(headersMs)],
    ['First byte', time(firstByteMs)],
    ['End', time(endMs)],
    ['Longest silence', time(longestGapMs)],
    ['Pieces', String(chunks)],
    ['Sent', formatBytes(sentBytes)],
    ['Received', formatBytes(receivedBytes)],
    ['Content', content ?? '–'],
  ]
  return (
    <dl id={id} className="exchange-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Row({ exchange, whole }: { exchange: Exchange; whole: number }): ReactElement {
  const [open, setOpen] = useState(false)
  const id = useId()
  const { server, method, route, startedAt, headersMs, endMs, injected } = exchange
  return (
    <tr className={isProblem(exchange) ? 'exchange exchange-problem' : 'exchange'}>
      <td className="exchange-time">{clock.format(startedAt)}</td>
      <td>
        <button
          type="button"
          className="exchange-open"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen(!open)}
        >
          <span className="exchange-request">
            {method} {route}
          </span>
          <span className="muted">{serverNames[server]}</span>
        </button>
        {open ? <Details id={id} exchange={exchange} /> : null}
      </td>
      <td className="exchange-result">
        {resultOf(exchange)}
        {injected ? <span className="exchange-injected">injected</span> : null}
      </td>
      <td className="exchange-number exchange-headers">{time(headersMs)}</td>
      <td className="exchange-number">{endMs === null ? '…' : duration(endMs)}</td>
      <td className="exchange-bar">
        <Bar exchange={exchange} whole={whole} />
      </td>
    </tr>
  )
}

/** The exchanges, newest first. */
export function TimelineTable({ exchanges }: { exchanges: readonly Exchange[] }): ReactElement {
  const whole = Math.max(
    0,
    ...exchanges.map(({ endMs, firstByteMs, headersMs }) => endMs ?? firstByteMs ?? headersMs ?? 0),
  )
  return (
    <table className="timeline-table">
      <caption className="visually-hidden">Exchanges with the servers, newest first</caption>
      <thead>
        <tr>
          <th scope="col" className="exchange-time">
            Time
          </th>
          <th scope="col">Request</th>
          <th scope="col">Result</th>
          <th scope="col" className="exchange-number exchange-headers">
            Headers
          </th>
          <th scope="col" className="exchange-number">
            Total
          </th>
          <th scope="col" className="exchange-bar" aria-hidden="true">
            {whole === 0 ? '' : `0 – ${duration(whole)}`}
          </th>
        </tr>
      </thead>
      <tbody>
        {exchanges.toReversed().map((exchange) => (
          <Row key={exchange.id} exchange={exchange} whole={whole} />
        ))}
      </tbody>
    </table>
  )
}
