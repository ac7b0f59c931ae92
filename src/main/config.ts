import { serverOrigin } from './http/client.ts'

/** Where the two servers are. */
export interface Config {
  readonly platformOrigin: string
  readonly librechatOrigin: string
}

/** Where both servers are in development. An installation names its own by the two variables. */
const defaults = { platform: 'http://localhost:8050', librechat: 'http://localhost:3080' }

/** The only reader of the environment. Throws an Error that names the variable that is wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const origin = (name: string, otherwise: string): string => {
    const value = env[name]
    try {
      return serverOrigin(value === undefined || value === '' ? otherwise : value)
    } catch {
      throw new Error(`${name} is not a usable server address: give https://host (http:// only for this computer)`)
    }
  }
  return {
    platformOrigin: origin('HESTAMI_PLATFORM_URL', defaults.platform),
    librechatOrigin: origin('HESTAMI_LIBRECHAT_URL', defaults.librechat),
  }
}
