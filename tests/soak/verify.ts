import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { createLibreChatRequest } from '../../platform/src/librechat/request.ts'
import { createLibreChatSync } from '../../platform/src/librechat/sync.ts'
import { platformUserAgent } from '../../platform/src/librechat/user-agent.ts'
import type { People } from './people.ts'
import { platformPassword } from './people.ts'
import type { Setting } from './setting.ts'

const waiting = `SELECT
  (SELECT count(*)::int FROM hestami_platform_librechat
   WHERE state IN ('requested', 'unreachable', 'key-missing') OR next_password_encrypted IS NOT NULL) AS users,
  (SELECT count(*)::int FROM dbos.workflow_status WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED')) AS workflows`

/** Until nobody waits and nothing runs any more, for `most` milliseconds; tells each minute who still does. */
export async function settled({ database }: Setting, most: number): Promise<{ users: number; workflows: number }> {
  const until = Date.now() + most
  for (let round = 0; ; round++) {
    const { rows } = await database.query(waiting)
    const left = { users: Number(rows[0]?.['users']), workflows: Number(rows[0]?.['workflows']) }
    if ((left.users === 0 && left.workflows === 0) || Date.now() > until) return left
    if (round % 60 === 0) console.log(`  waiting: ${left.users} users, ${left.workflows} workflows`)
    await pause(1000)
  }
}

/** Every user's account, from both sides; returns what is wrong and all passwords there were. */
export async function verifyAccounts(
  setting: Setting,
  people: People,
): Promise<{ users: number; wrong: string[]; passwords: Set<string> }> {
  const { database, librechat } = setting
  const fernet = setting.fernet()
  const read = (sealed: string): string | null => {
    try {
      return fernet.decrypt(sealed)
    } catch {
      return null
    }
  }
  const request = createLibreChatRequest({ url: librechat.url, userAgent: platformUserAgent, log: () => undefined })
  const { login } = createLibreChatSync(request)
  const { rows } = await database.query(
    `SELECT email, state, librechat_user_id AS id, librechat_password_encrypted AS sealed
     FROM users_user LEFT JOIN hestami_platform_librechat ON user_id = users_user.id`,
  )
  const wrong: string[] = []
  const passwords = new Set<string>()
  const ids = new Set(rows.map(({ id }) => String(id)))
  const emails = new Set(rows.map(({ email }) => String(email)))
  if (ids.size !== rows.length) wrong.push(`${rows.length} users, but ${ids.size} LibreChat ids`)
  for (const email of people.registered) if (!emails.has(email)) wrong.push(`${email} was registered and is not there`)
  for (const email of librechat.accounts.keys()) if (!emails.has(email)) wrong.push(`${email} is in LibreChat alone`)
  const check = async ({ email, state, id, sealed }: (typeof rows)[number]): Promise<void> => {
    if (state !== 'provisioned') return void wrong.push(`${String(email)} is ${String(state)}`)
    const password = read(String(sealed))
    if (password === null) return void wrong.push(`${String(email)}: no key opens the stored password`)
    passwords.add(password)
    const opened = await login(String(email), password).catch(() => null)
    if (!opened) wrong.push(`${String(email)}: the stored password does not open the account`)
    else if (opened.librechatUserId !== id || librechat.accounts.get(String(email))?.id !== id)
      wrong.push(`${String(email)}: the stored id is not the account's`)
  }
  await Promise.all(rows.map(check))
  return { users: rows.length, wrong, passwords }
}

/** Runs that did not end well; and what the engine keeps in its tables, as text. */
export async function readEngine({ database }: Setting): Promise<{ wrong: string[]; text: string }> {
  const { rows } = await database.query(
    'SELECT status, count(*)::int AS runs FROM dbos.workflow_status GROUP BY status ORDER BY status',
  )
  const wrong = rows
    .filter(({ status }) => status !== 'SUCCESS')
    .map(({ status, runs }) => `${String(runs)} workflows are ${String(status)}`)
  const kept = await database.query(
    `SELECT string_agg(concat_ws(' ', inputs, output, error), E'\\n') AS text FROM dbos.workflow_status
     UNION ALL SELECT string_agg(concat_ws(' ', output, error), E'\\n') FROM dbos.operation_outputs`,
  )
  return { wrong, text: kept.rows.map(({ text }) => (typeof text === 'string' ? text : '')).join('\n') }
}

/** How often secrets are in a text: LibreChat passwords (32 characters of base64url each), keys, addresses. */
export function findSecrets(text: string, passwords: ReadonlySet<string>, others: readonly string[]): string[] {
  const found: string[] = []
  if (others.some((secret) => text.includes(secret))) found.push('a key')
  if (text.includes(platformPassword)) found.push("a user's password")
  if (text.includes('@example.com')) found.push('an e-mail address')
  for (const [run] of text.matchAll(/[\w-]{32,}/g))
    for (let at = 0; at + 32 <= run.length; at++)
      if (passwords.has(run.slice(at, at + 32))) found.push('a LibreChat password')
  return found
}

/** Events without their time. A process that was killed leaves a cut line, which may run on into another's. */
export function oddLines(log: string): string[] {
  return log.split('\n').filter((line) => {
    if (line === '' || !line.startsWith('{') || !line.endsWith('}')) return false
    try {
      const { at, event } = JSON.parse(line) as { at?: unknown; event?: unknown }
      return typeof event !== 'string' || Number.isNaN(Date.parse(String(at)))
    } catch {
      return false
    }
  })
}

export const readLog = ({ logFile }: Setting): Promise<string> => readFile(logFile, 'utf8')
