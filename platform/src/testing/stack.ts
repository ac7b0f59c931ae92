import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { LogEvent } from '../log.ts'
import { startEmbeddedPostgres } from '../postgres.ts'
import type { ProvisioningTimes } from '../provisioning/start.ts'
import type { NewPlatformUser, Platform, PlatformOptions } from '../server.ts'
import { startPlatform } from '../server.ts'
import type { TestLibreChat } from './librechat.ts'
import { startTestLibreChat } from './librechat.ts'

/** Every platform of a stack signs with this and hashes with few rounds. */
export const jwtSecret = 'a-secret-of-the-tests-0123456789abcdef'
export const passwordIterations = 1000

/** Tests do not wait as people do. */
export const quick: ProvisioningTimes = {
  steps: { first: 0.02, attempts: 3 },
  retries: { first: 50, longest: 400 },
  upkeep: { every: 500, forgotten: 2000 },
  polling: 50,
}

export interface HttpResult {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; undefined when it is none. */
  readonly body: unknown
}

/** PostgreSQL, a LibreChat and a platform of a test's own. */
export interface TestStack {
  readonly platform: Platform
  readonly librechat: TestLibreChat
  readonly log: LogEvent[]
  readonly databaseUrl: string
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<HttpResult>
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<HttpResult>
  /** Another platform on the same database. With `engine: true` only when no other of this process has one. */
  startAnother(options?: Partial<PlatformOptions>): Promise<Platform>
  close(): Promise<void>
}

export async function call(origin: string, path: string, init: RequestInit): Promise<HttpResult> {
  const response = await fetch(origin + path, { redirect: 'manual', ...init })
  const text = await response.text()
  const json = response.headers.get('content-type')?.startsWith('application/json') === true
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : undefined }
}

export async function startTestStack(options: Partial<PlatformOptions> = {}): Promise<TestStack> {
  const folder = await mkdtemp(join(tmpdir(), 'platform-test-'))
  const postgres = await startEmbeddedPostgres(folder, { durable: false })
  const librechat = await startTestLibreChat()
  const log: LogEvent[] = []
  const defaults: PlatformOptions = {
    databaseUrl: postgres.url,
    librechatUrl: librechat.url,
    encryptionKey: randomBytes(32).toString('base64url'),
    jwtSecret,
    passwordIterations,
    provisioningTimes: quick,
    log: (event) => log.push(event),
    ...options,
  }
  const platforms: Platform[] = []
  const startAnother = async (more: Partial<PlatformOptions> = {}): Promise<Platform> => {
    const platform = await startPlatform({ ...defaults, engine: false, ...more })
    platforms.push(platform)
    return platform
  }
  const platform = await startAnother({ engine: options.engine ?? true })
  const client = new Client({ connectionString: postgres.url })
  await client.connect()

  return {
    platform,
    librechat,
    log,
    databaseUrl: postgres.url,
    startAnother,
    query: async (text, values = []) => (await client.query<Record<string, unknown>>(text, [...values])).rows,
    post: (path, body, headers = {}) =>
      call(platform.origin, path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: (path, headers = {}) => call(platform.origin, path, { headers }),
    async close() {
      for (const one of platforms) await one.close()
      await client.end()
      await librechat.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const password = 'Vigorous-Kettle9!'
let people = 0

/** A register body that is right, of somebody new each time. */
export function newPerson(changes: Partial<NewPlatformUser> = {}): NewPlatformUser {
  people++
  return {
    email: `demo${people}@example.com`,
    password,
    confirm_password: password,
    first_name: 'Demo',
    last_name: 'User',
    user_role: 'PROPERTY_OWNER',
    phone_number: '+1 555 0100',
    ...changes,
  }
}
