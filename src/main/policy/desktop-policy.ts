import type { Flavour } from '../flavour.ts'
import type { Host, Log } from '../host.ts'
import type { SettingsStore } from '../settings/settings.ts'
import { followPolicy } from './follow-policy.ts'
import type { Policy } from './policy.ts'
import { policyFolder, readPolicy } from './read-policy.ts'

interface Deps {
  readonly flavour: Flavour
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
}

/** The policy of this computer at the start, and what keeps the settings true to it afterwards. */
export interface DesktopPolicy {
  readonly policy: Policy
  /** Returns its end. */
  follow(settings: Pick<SettingsStore, 'applyPolicy'>, power: Host['power']): () => void
}

export async function openDesktopPolicy({ flavour, env, log }: Deps): Promise<DesktopPolicy> {
  const { platform } = process
  const read = async (): Promise<Policy> => {
    const parsed = await readPolicy({ flavour, platform, windows: env['SystemRoot'] ?? 'C:\\Windows', log })
    return parsed.policy
  }
  return {
    policy: await read(),
    follow: (settings, power) =>
      followPolicy({
        read,
        apply: (policy) => settings.applyPolicy(policy),
        folder: platform === 'win32' || platform === 'darwin' ? null : policyFolder(flavour),
        onResume: (listener) => power.onResume(listener),
      }),
  }
}
