import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { call, newPerson, password } from './testing/stack.ts'

let folder = ''
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-main-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGTERM')
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

function launch(variables: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env['PATH'], PORT: '0', HESTAMI_PLATFORM_DATA: folder, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  return child
}

type Line = Record<string, unknown> & { event: string }

async function started(child: ChildProcess): Promise<{ origin: string; lines: Line[] }> {
  const lines: Line[] = []
  if (!child.stdout) throw new Error('no output')
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line
    lines.push(line)
    if (line.event === 'platform.started') return { origin: String(line['origin']), lines }
  }
  throw new Error(`ended early: ${JSON.stringify(lines)}`)
}
const post = (origin: string, path: string, body: unknown): ReturnType<typeof call> =>
  call(origin, path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

test('runs on a database of its own, ends on SIGTERM, and starts again with users and tokens still good', async () => {
  const first = launch({})
  const { origin, lines } = await started(first)
  expect(lines.map(({ event }) => event)).toContain('librechat.no-encryption-key')
  const person = newPerson()
  expect((await post(origin, '/api/users/register/', person)).status).toBe(201)
  const { body } = await post(origin, '/api/users/login/', { email: person.email, password })
  first.kill('SIGTERM')
  expect(await once(first, 'exit')).toEqual([0, null])
  await expect(stat(join(folder, 'data/postmaster.pid'))).rejects.toThrow('ENOENT')
  expect((await stat(join(folder, 'jwt-secret'))).mode & 0o777).toBe(0o600)

  const second = launch({ LIBRECHAT_ENCRYPTION_KEY: randomBytes(32).toString('base64url') })
  const again = await started(second)
  expect(again.lines.map(({ event }) => event)).not.toContain('librechat.no-encryption-key')
  const { refresh } = body as { refresh: string }
  expect((await post(again.origin, '/api/users/token/refresh/', { refresh })).status).toBe(200)
  second.kill('SIGTERM')
  expect(await once(second, 'exit')).toEqual([0, null])
})

test.each([
  [{ JWT_SECRET: 'short' }, 'JWT_SECRET: must have at least 32 characters\n'],
  [{ LIBRECHAT_ENCRYPTION_KEY: 'nonsense' }, 'LIBRECHAT_ENCRYPTION_KEY: a Fernet key is 32 bytes in url-safe base64\n'],
  [{ DATABASE_URL: 'postgres://127.0.0.1:1/x', JWT_SECRET: 'x'.repeat(32) }, 'connect ECONNREFUSED 127.0.0.1:1\n'],
])('ends with a plain sentence: %o', async (variables, sentence) => {
  const child = launch(variables)
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  expect(await once(child, 'close')).toEqual([1, null])
  expect(said).toBe(sentence)
})
