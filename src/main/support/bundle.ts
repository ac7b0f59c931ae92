import { bundleLine } from '../../contract/bundle-lines.ts'
import type { BundleLine, BundleSection } from '../../contract/bundle-lines.ts'
import type { ServerName } from '../../contract/errors.ts'
import type { Exchange, SupportBundle } from '../../contract/support.ts'
import type { Cache } from '../cache/cache.ts'
import type { Diagnostics } from '../diagnostics/diagnostics.ts'
import type { Host } from '../host.ts'
import type { SettingsStore } from '../settings/settings.ts'
import type { Updates } from '../updates/updates.ts'
import type { Activity } from './activity.ts'
import { readLog } from './bundle-log.ts'
import { checkLine, exchangeLine, headerLine, storageLine, updatesLine } from './bundle-sections.ts'
import { settingLines } from './bundle-settings.ts'
import { redact } from './redact.ts'

/** Makes the support bundle: by allow-list, redacted, exactly as it would be saved. */
export type WriteBundle = () => Promise<SupportBundle>

/** Bytes of the whole file; of the log the oldest lines go first. */
const mostBytes = 4_900_000
/** Exchanges that are in it, the newest. */
const mostExchanges = 3000

interface Deps {
  readonly host: Pick<Host, 'version' | 'flavour' | 'build' | 'kind' | 'paths' | 'logFile'>
  readonly origins: Readonly<Record<ServerName, string>>
  readonly settings: Pick<SettingsStore, 'get' | 'origins'>
  readonly activity: Pick<Activity, 'phases'>
  readonly updates: Pick<Updates, 'state'>
  readonly diagnostics: Pick<Diagnostics, 'last'>
  readonly cache: () => Cache | null
  /** The network timeline, oldest first; empty where none is kept. */
  readonly timeline: () => readonly Exchange[]
}

/** Nothing outside of ASCII: what cannot be told apart by eye has no place here. */
const ascii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

export function createBundle(deps: Deps): WriteBundle {
  const { host, origins, settings, activity, updates, diagnostics, cache, timeline } = deps

  const readStorage = async (): Promise<BundleLine | null> => {
    try {
      return await storageLine(host, cache())
    } catch {
      return null
    }
  }

  return async () => {
    let unreadable = 0
    const written: string[] = []
    /** The schema is the allow-list, the redactor the net behind it; a part that cannot be read is left out and counted. */
    const put = (section: BundleSection, make: () => BundleLine | readonly BundleLine[]): void => {
      try {
        for (const line of [make()].flat()) {
          const parsed = bundleLine.safeParse(line)
          if (parsed.success && parsed.data.section === section)
            written.push(ascii(JSON.stringify(redact(parsed.data))))
          else unreadable++
        }
      } catch {
        unreadable++
      }
    }

    put('header', () => headerLine(host, origins))
    put('settings', () => settingLines(settings.get(), settings.origins()))
    put('session', () => activity.phases())
    put('updates', () => updatesLine(updates.state()))
    put('check', () => diagnostics.last().map(checkLine))
    put('exchange', () => timeline().slice(-mostExchanges).map(exchangeLine))
    const stored = await readStorage()
    put('storage', () => stored ?? [])
    if (stored === null) unreadable++

    const used = written.reduce((sum, line) => sum + line.length + 1, 0)
    const log = await readLog(host, mostBytes - used)
    const lines = [...written, ...log.crashes, ...log.lines]
    const end: BundleLine = {
      section: 'end',
      lines: lines.length,
      tooOld: log.tooOld,
      unreadable: unreadable + log.unreadable,
      removed: 0,
    }
    const day = new Date().toISOString().slice(0, 10)
    return { fileName: `hestami-support-${day}.jsonl`, lines: [...lines, JSON.stringify(end)] }
  }
}
