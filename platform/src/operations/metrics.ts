import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { Log, LogEvent } from '../log.ts'

export interface Metrics {
  readonly registry: Registry
  /** Counts what passes through. */
  watch(log: Log): Log
}

/**
 * Counted from the log's events, so that whoever logs knows nothing of metrics. Labels are routes, paths, states and
 * results: never who it was. `ofProcess`: also Node's own (memory, CPU, event loop lag), which belong to the whole process.
 */
export function createMetrics({ ofProcess }: { ofProcess: boolean }): Metrics {
  const registry = new Registry()
  if (ofProcess) collectDefaultMetrics({ register: registry })
  const observers = [httpObserver, librechatObserver, provisioningObserver, troubleObserver].map((create) =>
    create(registry),
  )
  return {
    registry,
    watch: (log) => (event) => {
      for (const observe of observers) observe(event)
      log(event)
    },
  }
}

type Observer = (event: LogEvent) => void

const seconds = (milliseconds: unknown): number => Number(milliseconds) / 1000

/** Status → what a login or refresh came to. */
function resultOf(status: number): string {
  if (status < 300) return 'succeeded'
  if (status === 429) return 'throttled'
  return status < 500 ? 'refused' : 'failed'
}

function httpObserver(registry: Registry): Observer {
  const registers = [registry]
  const durations = new Histogram({
    name: 'hestami_platform_http_request_duration_seconds',
    help: 'Requests, by route pattern (none: no such route)',
    labelNames: ['method', 'route', 'status'],
    // A login is a password hash of some hundred milliseconds, most other calls are a few.
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const logins = new Counter({
    name: 'hestami_platform_logins_total',
    help: 'Logins, by result',
    labelNames: ['result'],
    registers,
  })
  const refreshes = new Counter({
    name: 'hestami_platform_token_refreshes_total',
    help: 'Exchanges of refresh tokens, by result',
    labelNames: ['result'],
    registers,
  })
  const throttled = new Counter({
    name: 'hestami_platform_throttled_total',
    help: 'Calls over a rate limit, by limit',
    labelNames: ['limit'],
    registers,
  })
  const byRoute = new Map([
    ['/api/users/login/', logins],
    ['/api/users/token/refresh/', refreshes],
  ])

  return ({ event, fields = {} }) => {
    if (event === 'http.throttled') throttled.inc({ limit: String(fields['limit']) })
    if (event !== 'http.request') return
    const { method, route, status, milliseconds } = fields
    const labels = { method: String(method), route: String(route ?? 'none'), status: String(status) }
    durations.observe(labels, seconds(milliseconds))
    if (method === 'POST') byRoute.get(labels.route)?.inc({ result: resultOf(Number(status)) })
  }
}

function librechatObserver(registry: Registry): Observer {
  const registers = [registry]
  const calls = new Histogram({
    name: 'hestami_platform_librechat_call_duration_seconds',
    help: 'Calls to LibreChat, by path and status (none: no answer)',
    labelNames: ['path', 'status'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const handOuts = new Counter({
    name: 'hestami_platform_librechat_password_handouts_total',
    help: 'LibreChat passwords handed out to their users',
    registers,
  })

  return ({ event, fields = {} }) => {
    if (event === 'audit.librechat-password') handOuts.inc()
    if (event !== 'librechat.call') return
    const { path, status, milliseconds } = fields
    calls.observe({ path: String(path), status: String(status ?? 'none') }, seconds(milliseconds))
  }
}

function troubleObserver(registry: Registry): Observer {
  const troubles = new Counter({
    name: 'hestami_platform_log_events_total',
    help: 'Lines of the log with level warn or error, by event',
    labelNames: ['level', 'event'],
    registers: [registry],
  })

  return ({ level, event }) => {
    if (level === 'warn' || level === 'error') troubles.inc({ level, event })
  }
}

function provisioningObserver(registry: Registry): Observer {
  const results = new Counter({
    name: 'hestami_platform_provisioning_results_total',
    help: 'Runs of the provisioning workflow, by the state they ended or wait in',
    labelNames: ['state'],
    registers: [registry],
  })
  const events = new Set(['librechat.provisioned', 'librechat.provisioning-ended', 'librechat.provisioning-waits'])

  return ({ event, fields = {} }) => {
    if (events.has(event)) results.inc({ state: String(fields['state'] ?? 'none') })
  }
}
