import { isAbsolute, join, resolve } from 'node:path'
import type { FaultRule } from '../contract/support.ts'
import { serverOrigin } from './http/client.ts'
import { noPolicy } from './policy/policy.ts'
import type { Policy } from './policy/policy.ts'

/** Where the two servers are, and what administrators decided. */
export interface Config {
  readonly platformOrigin: string
  readonly librechatOrigin: string
  readonly policy?: Policy
  /** The servers of a replay: whose bundle it is (the version), and what the app itself does to its exchanges. */
  readonly replay?: { readonly version: string; readonly rules: readonly FaultRule[] }
}

/** Where both servers are in development. An installation names its own by the two variables. */
const defaults = { platform: 'http://localhost:8050', librechat: 'http://localhost:3080' }

/**
 * The only reader of the environment. What a policy enforces wins over it, and it wins over a policy's defaults. Throws an
 * Error that names the variable, or the policy's setting, that is wrong.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, policy: Policy = noPolicy): Config {
  const origin = (name: string, setting: 'platformUrl' | 'librechatUrl', otherwise: string): string => {
    const enforced = policy.enforced[setting]?.value ?? null
    const own = env[name] === '' ? undefined : env[name]
    try {
      return serverOrigin(enforced ?? own ?? policy.defaults[setting]?.value ?? otherwise)
    } catch {
      const who = enforced === null && own !== undefined ? name : `${setting} of this computer's policy`
      throw new Error(`${who} is not a usable server address: give https://host (http:// only for this computer)`)
    }
  }
  return {
    platformOrigin: origin('HESTAMI_PLATFORM_URL', 'platformUrl', defaults.platform),
    librechatOrigin: origin('HESTAMI_LIBRECHAT_URL', 'librechatUrl', defaults.librechat),
    policy,
  }
}

/** Where a Linux desktop looks for what starts at login, and the AppImage that this is, if it is one. */
export interface DesktopPaths {
  readonly configHome: string
  readonly appImage: string | null
}

export function readDesktopPaths(env: Readonly<Record<string, string | undefined>>, home: string): DesktopPaths {
  const { XDG_CONFIG_HOME: config = '', APPIMAGE: image = '' } = env
  // The XDG Base Directory Specification has relative paths ignored.
  return { configHome: isAbsolute(config) ? config : join(home, '.config'), appImage: isAbsolute(image) ? image : null }
}

/** Another folder of policies, to try them: in development alone, or anybody could undo what an administrator decided. */
export function readPolicyFolder(
  env: Readonly<Record<string, string | undefined>>,
  { packaged }: { packaged: boolean },
): string | null {
  const { HESTAMI_POLICY_FOLDER: folder = '' } = env
  return packaged || folder === '' ? null : resolve(folder)
}

/** Whether Flatpak or Snap run the app: what is installed is theirs to change. */
export const readSandboxed = ({ FLATPAK_ID, SNAP }: Readonly<Record<string, string | undefined>>): boolean =>
  (FLATPAK_ID ?? '') !== '' || (SNAP ?? '') !== ''
