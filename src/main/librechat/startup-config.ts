import { createEarly } from '../early.ts'
import type { Requester } from './request.ts'

/** `GET /api/config` as a signed-in user sees it, asked for once for all who need it at about the same time. */
export type StartupConfig = () => Promise<unknown>

/** Milliseconds that one answer serves; long enough for a sign-in, too short to be another account's. */
const life = 5000

export function createStartupConfig(requester: Requester): StartupConfig {
  const config = createEarly(async () => await requester.json({ method: 'GET', path: '/api/config' }), {
    life,
    once: false,
  })
  return async () => await config.get()
}
