import { statfs } from 'node:fs/promises'
import { statSync } from 'node:fs'
import { release, totalmem } from 'node:os'
import type { BundleLineOf } from '../../contract/bundle-lines.ts'
import type { CheckResult } from '../../contract/diagnostics.ts'
import type { ServerName } from '../../contract/errors.ts'
import type { Exchange } from '../../contract/support.ts'
import type { UpdateState } from '../../contract/updates.ts'
import type { Cache } from '../cache/cache.ts'
import type { Host } from '../host.ts'
import { shareable } from './facts.ts'
import { logPaths } from './log.ts'
import { routeTemplate } from './route-template.ts'
import { isWord } from './words.ts'

const megabyte = 1024 * 1024

/** The numbers at the beginning: what comes after them can be a name that somebody gave a kernel of their own. */
const numbers = (version: string | undefined): string | null =>
  /^\d{1,5}(\.\d{1,6}){1,3}/.exec(version ?? '')?.[0] ?? null

const semver = (version: string): string | null =>
  /^\d{1,5}(\.\d{1,6}){2}(-[a-z]{1,10}(\.\d{1,6})?)?$/.test(version) ? version : null

const isLocal = (origin: string): boolean => new URL(origin).protocol === 'http:'

/** The beginning of the commit, and the date when there is one. */
function buildOf(build: string): string {
  const found = /^([0-9a-f]{7,8})[0-9a-f]{0,32}( \(\d{4}-\d\d-\d\d\))?$/.exec(build)
  return found === null ? 'development' : `${found[1]}${found[2] ?? ''}`
}

export function headerLine(
  host: Pick<Host, 'version' | 'flavour' | 'build' | 'kind'>,
  origins: Readonly<Record<ServerName, string>>,
): BundleLineOf<'header'> {
  const { electron, chrome, node } = process.versions as Readonly<Record<string, string | undefined>>
  const { locale } = new Intl.DateTimeFormat().resolvedOptions()
  const way = (server: ServerName): 'https' | 'this-computer' => (isLocal(origins[server]) ? 'this-computer' : 'https')
  return {
    section: 'header',
    format: 1,
    writtenAt: Date.now(),
    version: semver(host.version) ?? '0.0.0',
    flavour: host.flavour.name,
    channel: host.flavour.updateChannel,
    build: buildOf(host.build),
    host: host.kind,
    platform: process.platform,
    arch: process.arch,
    system: numbers(release()),
    electron: numbers(electron),
    chromium: numbers(chrome),
    node: numbers(node) ?? '0.0',
    locale: /^[a-z]{2,3}(-[A-Za-z]{2,4}){0,2}(?=-|$)/.exec(locale)?.[0] ?? null,
    utcOffset: -new Date().getTimezoneOffset(),
    uptime: Math.round(process.uptime()),
    memory: Math.round(totalmem() / megabyte),
    used: Math.round(process.memoryUsage.rss() / megabyte),
    servers: { platform: way('platform'), librechat: way('librechat') },
  }
}

export function updatesLine({ status, outcome }: UpdateState): BundleLineOf<'updates'> {
  const update = 'update' in status ? status.update : null
  const loading = status.phase === 'downloading' ? status : null
  const from = outcome !== null && 'from' in outcome ? outcome.from : null
  const to = outcome === null ? null : 'to' in outcome ? outcome.to : outcome.version
  return {
    section: 'updates',
    phase: status.phase,
    reason: status.phase === 'off' ? status.reason : null,
    problem: status.phase === 'failed' ? status.problem : null,
    version: update === null ? null : semver(update.version),
    checkedAt: status.phase === 'idle' ? status.checkedAt : null,
    receivedBytes: loading?.receivedBytes ?? null,
    totalBytes: loading?.totalBytes ?? null,
    outcome:
      outcome === null
        ? null
        : { kind: outcome.kind, from: from === null ? null : semver(from), to: to === null ? null : semver(to) },
  }
}

export const checkLine = ({ check, server, state, finding, ms, facts }: CheckResult): BundleLineOf<'check'> => ({
  section: 'check',
  check,
  server,
  state,
  finding,
  ms,
  facts: facts.map(shareable),
})

export const exchangeLine = (exchange: Exchange): BundleLineOf<'exchange'> => ({
  section: 'exchange',
  ...exchange,
  method: exchange.method as BundleLineOf<'exchange'>['method'],
  route: routeTemplate(exchange.route),
  fault: exchange.fault === null ? null : isWord(exchange.fault) ? exchange.fault : 'other',
})

export async function storageLine(
  { paths, logFile }: Pick<Host, 'paths' | 'logFile'>,
  cache: Cache | null,
): Promise<BundleLineOf<'storage'>> {
  const health = cache?.health() ?? null
  const free = await statfs(paths.data).then(
    ({ bavail, bsize }) => Math.floor((bavail * bsize) / megabyte),
    () => null,
  )
  const sizes = logPaths(paths.logs).map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  return {
    section: 'storage',
    cache: cache === null ? 'none' : health === null ? 'failed' : health.inMemory ? 'memory' : 'file',
    schema: health?.schema ?? null,
    pages: health?.pages ?? null,
    freePages: health?.freePages ?? null,
    pageBytes: health?.pageBytes ?? null,
    conversations: health?.conversations ?? null,
    messages: health?.messages ?? null,
    drafts: health?.drafts ?? null,
    draftFiles: health?.draftFiles ?? null,
    outbox: health?.outbox ?? null,
    free,
    logFiles: sizes.filter((size) => size > 0).length,
    logBytes: sizes.reduce((sum, size) => sum + size, 0),
    linesLost: logFile.lost().count,
  }
}
