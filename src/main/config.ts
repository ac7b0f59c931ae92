import { serverOrigin } from './http/client.ts'
import { noPolicy } from './policy/policy.ts'
import type { Policy } from './policy/policy.ts'

/** Where the two servers are, and what administrators decided. */
export interface Config {
  readonly platformOrigin: string
  readonly librechatOrigin: string
  readonly policy?: Policy
}

/** Where both servers are in development. An installation names its own by the two variables. */
const defaults = { platform: 'http://localhost:8050', librechat: 'http://localhost:3080' }

/**
 * The only reader of the environment. What a policy enforces wins over it, and it wins over a policy's defaults. Throws an
 * Error that names the variable that is wrong.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, policy: Policy = noPolicy): Config {
  const origin = (name: string, setting: 'platformUrl' | 'librechatUrl', otherwise: string): string => {
    const value = policy.enforced[setting]?.value ?? env[name] ?? policy.defaults[setting]?.value ?? ''
    try {
      return serverOrigin(value === '' ? otherwise : value)
    } catch {
      throw new Error(`${name} is not a usable server address: give https://host (http:// only for this computer)`)
    }
  }
  return {
    platformOrigin: origin('HESTAMI_PLATFORM_URL', 'platformUrl', defaults.platform),
    librechatOrigin: origin('HESTAMI_LIBRECHAT_URL', 'librechatUrl', defaults.librechat),
    policy,
  }
}
