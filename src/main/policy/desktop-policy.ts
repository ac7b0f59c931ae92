import type { Flavour } from '../flavour.ts'
import type { Host, Log, LogEvent } from '../host.ts'
import type { SettingsStore } from '../settings/settings.ts'
import { followPolicy } from './follow-policy.ts'
import type { ParsedPolicy, PolicyProblem } from './parse-policy.ts'
import type { Policy } from './policy.ts'
import { policyFolder, readPolicy } from './read-policy.ts'

interface Deps {
  readonly flavour: Flavour
  readonly env: Readonly<Record<string, string | undefined>>
  /** A folder of policies to try, instead of the system's place: files of whoever runs the app count there. */
  readonly folder: string | null
  readonly log: Log
}

/** The policy of this computer at the start, and what keeps the settings true to it afterwards. */
export interface DesktopPolicy {
  readonly policy: Policy
  /** What did not count at the start. */
  readonly problems: readonly PolicyProblem[]
  /** Returns its end. */
  follow(settings: Pick<SettingsStore, 'applyPolicy'>, power: Pick<Host['power'], 'onResume'>): () => void
}

export async function openDesktopPolicy({ flavour, env, folder: trial, log }: Deps): Promise<DesktopPolicy> {
  const { platform } = process
  const windows = env['SystemRoot'] ?? 'C:\\Windows'
  const folder = trial === null ? undefined : { path: trial, owner: process.getuid?.() ?? 0 }
  let told = '[]'
  const read = async (): Promise<ParsedPolicy> => {
    const events: LogEvent[] = []
    const collect: Log = (event) => void events.push(event)
    const found = await readPolicy({ flavour, platform, windows, folder, log: collect })
    // It is read every hour: what is wrong with it is worth a line when it is news.
    if (JSON.stringify(events) !== told) events.forEach(log)
    told = JSON.stringify(events)
    return found
  }
  const { policy, problems } = await read()
  return {
    policy,
    problems,
    follow: (settings, power) =>
      followPolicy({
        current: policy,
        read: async () => (await read()).policy,
        apply: (changed) => settings.applyPolicy(changed),
        folder: trial ?? (platform === 'win32' || platform === 'darwin' ? null : policyFolder(flavour)),
        onResume: (listener) => power.onResume(listener),
      }),
  }
}
