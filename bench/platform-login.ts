import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createFernet } from '../platform/src/fernet.ts'
import { createPasswordHash } from '../platform/src/users/password-hash.ts'
import type { BenchDatabase, BenchServer } from './platform-setting.ts'
import { addLegacyUsers, newEncryptionKey, newLegacyUsers } from './platform-setting.ts'
import type { Row } from './report.ts'
import { median, quantile } from './report.ts'

const main = fileURLToPath(new URL('../platform/src/main.ts', import.meta.url))
const hashTimer = new URL('platform-hash-timer.ts', import.meta.url).href
const password = 'Vigorous-Kettle9!'
const logins = 40
const atOnce = 20

interface Platform {
  readonly origin: string
  /** Milliseconds of each password hash so far. */
  readonly hashes: readonly number[]
  /** Milliseconds in the server of each logged request so far. */
  readonly requests: readonly number[]
  close(): Promise<void>
}

/** The platform as it is deployed, without limits, in a process of its own. */
async function startPlatformProcess({ url }: BenchDatabase, encryptionKey: string): Promise<Platform> {
  const child = spawn(process.execPath, ['--import', hashTimer, main], {
    env: {
      ...process.env,
      DATABASE_URL: url,
      JWT_SECRET: newEncryptionKey(),
      LIBRECHAT_ENCRYPTION_KEY: encryptionKey,
      LIBRECHAT_API_URL: 'http://127.0.0.1:9',
      PORT: '0',
      LOGIN_LIMIT_PER_ADDRESS: 'off',
      LOGIN_LIMIT_PER_EMAIL: 'off',
      HANDOUT_LIMIT_PER_USER: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [hashes, requests]: [number[], number[]] = [[], []]
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the platform ended')))
    createInterface(child.stdout).on('line', (line) => {
      const { event, origin, milliseconds } = JSON.parse(line) as Record<'event' | 'origin', string> &
        Record<'milliseconds', number>
      if (event === 'platform.started') resolve(origin)
      if (event === 'bench.password-hash') hashes.push(milliseconds)
      if (event === 'http.request') requests.push(milliseconds)
    })
  })
  return {
    origin,
    hashes,
    requests,
    async close() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** A user who has a LibreChat account and a password hash of today's. */
async function addUser({ database }: BenchDatabase, encryptionKey: string): Promise<{ email: string; hash: string }> {
  const [user] = newLegacyUsers(1)
  if (!user) throw new Error('no user')
  await addLegacyUsers(database, [user])
  const hash = await createPasswordHash().make(password)
  await database.query(
    `UPDATE users_user SET password = $2, librechat_user_id = 'a', librechat_password_encrypted = $3 WHERE id = $1`,
    [user.id, hash, createFernet(encryptionKey).encrypt(newEncryptionKey())],
  )
  return { email: user.email, hash }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function call(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`the platform answered ${response.status}`)
  return text
}

/** The longest that the platform's event loop was held up since this was asked last, in milliseconds. */
async function longestDelay(origin: string): Promise<number> {
  const metrics = await call(`${origin}/metrics`)
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(metrics)?.[1]) * 1000
}

/** What /health takes, and the longest delay of the event loop, while `work` is done. */
async function whileDoing(origin: string, work: () => Promise<unknown>): Promise<{ health: number[]; delay: number }> {
  await longestDelay(origin)
  const done = new AbortController()
  const working = work().finally(() => done.abort())
  const health: number[] = []
  while (!done.signal.aborted) {
    health.push(await timed(() => call(`${origin}/health`)))
    await pause(5)
  }
  await working
  return { health, delay: await longestDelay(origin) }
}

/** A login and a hand-out against their password hash alone and the least that HTTP takes; and what hashing holds up. */
export async function benchLogin(server: BenchServer): Promise<Row[]> {
  const database = await server.createDatabase()
  const encryptionKey = newEncryptionKey()
  const platform = await startPlatformProcess(database, encryptionKey)
  try {
    const { origin } = platform
    const { email, hash } = await addUser(database, encryptionKey)
    const passwordHash = createPasswordHash()
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ email, password })
    const login = (): Promise<string> => call(`${origin}/api/users/login/`, { method: 'POST', headers, body })
    const { access } = JSON.parse(await login()) as { access: string }
    const handOut = (): Promise<string> =>
      call(`${origin}/api/users/librechat-password/`, { headers: { authorization: `Bearer ${access}` } })
    const check = (): Promise<unknown> => passwordHash.check(password, hash)
    const health = (): Promise<string> => call(`${origin}/health`)

    /** What the server says that it took. */
    const serverTime = async (work: () => Promise<unknown>): Promise<number> => {
      const before = platform.requests.length
      await work()
      while (platform.requests.length === before) await pause(1)
      return platform.requests.at(-1) ?? Number.NaN
    }
    const [added, handOuts, healths]: [number[], number[], number[]] = [[], [], []]
    const [whole, alone]: [number[], number[]] = [[], []]
    for (let run = 0; run < logins; run++) {
      alone.push(await timed(check))
      const took = await serverTime(login)
      whole.push(took)
      // Less the login's own hash, for two hashes differ by more than what a login adds.
      added.push(took - (platform.hashes.at(-1) ?? Number.NaN))
      healths.push(await timed(health))
      handOuts.push(await serverTime(handOut))
    }
    const busy = await whileDoing(origin, () => Promise.all(Array.from({ length: atOnce }, login)))
    const idle = await whileDoing(origin, () => pause(3000))
    const [health50, health95] = [median(healths), quantile(healths, 0.95)]
    const least = { baseline: health50, unit: 'ms', against: 'GET /health' }
    const rarely = { baseline: health95, unit: 'ms', against: 'GET /health' }
    const goal = { of: 'value', most: 3 } as const
    const during = `during ${atOnce} logins at once`
    return [
      {
        what: 'a login, in the server',
        value: median(whole),
        baseline: median(alone),
        unit: 'ms',
        against: 'a password hash alone',
      },
      { what: 'a login beyond its password hash, in the server', value: median(added), ...least, goal },
      { what: 'the same, 95 of 100', value: quantile(added, 0.95), ...rarely },
      { what: 'handing out a LibreChat password, in the server', value: median(handOuts), ...least, goal },
      { what: 'the same, 95 of 100', value: quantile(handOuts, 0.95), ...rarely },
      {
        what: `longest delay of the event loop ${during}`,
        value: busy.delay,
        baseline: idle.delay,
        unit: 'ms',
        against: 'without any',
        // A loop that hashed itself would be held up for a hash at least.
        goal: { of: 'value', most: Math.round(median(alone) / 2) },
      },
      {
        what: `GET /health ${during}, 95 of 100`,
        value: quantile(busy.health, 0.95),
        baseline: quantile(idle.health, 0.95),
        unit: 'ms',
        against: 'without any',
      },
    ]
  } finally {
    await platform.close()
    await database.close()
  }
}
