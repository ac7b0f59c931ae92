import { randomBytes } from 'node:crypto'
import { platformUserAgent } from '../platform/src/librechat/user-agent.ts'
import type { LegacyUser } from './platform-setting.ts'

async function post(url: string, json: unknown): Promise<void> {
  const headers = { accept: 'application/json', 'content-type': 'application/json', 'user-agent': platformUserAgent }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(json) })
  await response.json()
  if (response.status !== 200) throw new Error(`LibreChat answered ${response.status}`)
}

/** What LibreChat itself takes: each user registered and logged in, nothing kept. Milliseconds for all. */
export async function registerDirectly(
  url: string,
  users: readonly LegacyUser[],
  concurrency: number,
): Promise<number> {
  const waiting = users.values()
  const began = performance.now()
  const chain = async (): Promise<void> => {
    for (const { email } of waiting) {
      const password = randomBytes(24).toString('base64url')
      const username = email.slice(0, email.lastIndexOf('@'))
      await post(`${url}/api/auth/register`, {
        name: 'Demo User',
        email,
        password,
        confirm_password: password,
        username,
      })
      await post(`${url}/api/auth/login`, { email, password })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, chain))
  return performance.now() - began
}
