import type { Database } from '../database/database.ts'
import { createFernet } from '../fernet.ts'
import { createLibreChatPasswords } from '../librechat/passwords.ts'
import { platformUserAgent } from '../librechat/user-agent.ts'
import type { Accounts } from '../provisioning/accounts.ts'
import { startProvisioning } from '../provisioning/start.ts'
import type { Command, CommandContext } from './command.ts'
import { count, UsageError } from './command.ts'
import { untilEngineRuns } from './engine-start.ts'
import type { LegacyUser } from './legacy-users.ts'
import { eligible, legacyUsers, syncColumn } from './legacy-users.ts'
import { createProgress } from './progress.ts'
import { stateTexts } from './state-texts.ts'
import type { SyncParts, SyncResult } from './sync-users.ts'
import { syncUsers } from './sync-users.ts'
import { table } from './table.ts'

const minute = 60_000
/** It starts within seconds, or not at all; milliseconds. */
const engineStart = 30_000

/** How many users are to be given an account, and how many a new password. */
async function workload(database: Database): Promise<{ unsynced: number; synced: number }> {
  const { rows } = await database.query(
    `SELECT count(*) FILTER (WHERE sync <> 'synced')::int AS unsynced, count(*) FILTER (WHERE sync = 'synced')::int AS synced
     FROM (SELECT *, ${syncColumn} AS sync FROM users_user) AS users WHERE ${eligible}`,
  )
  return { unsynced: Number(rows[0]?.['unsynced']), synced: Number(rows[0]?.['synced']) }
}

async function dryRun(context: CommandContext, force: boolean, listed: boolean): Promise<number> {
  const { database, terminal } = context
  const { unsynced, synced } = await workload(database)
  terminal.stdout(`Would be given a LibreChat account: ${unsynced}\n`)
  if (force) terminal.stdout(`Would be given a new LibreChat password: ${synced}\n`)
  if (listed)
    for await (const users of legacyUsers(database, { synced: force })) {
      terminal.stdout(table(users.map(({ id, sync, state, email }) => [`  ${id}`, sync, state ?? '-', email])))
      await terminal.drained()
    }
  terminal.stdout('Nothing was changed.\n')
  return 0
}

async function agreed(context: CommandContext, force: boolean): Promise<boolean> {
  const { unsynced, synced } = await workload(context.database)
  const question = force
    ? `Give ${unsynced} users a LibreChat account and ${synced} a NEW LibreChat password? [y/N] `
    : `Give ${unsynced} users a LibreChat account? [y/N] `
  return /^y(es)?$/i.test((await context.terminal.ask(question)).trim())
}

interface StoredPassword {
  readonly id: string
  readonly email: string
  readonly sealed: string
}

/** The passwords as stored, to see afterwards whose was changed. */
async function storedPasswords(database: Database, ids: readonly string[]): Promise<StoredPassword[]> {
  const { rows } = await database.query(
    `SELECT id, email, coalesce(librechat_password_encrypted, '') AS sealed FROM users_user WHERE id = ANY($1::uuid[])`,
    [ids],
  )
  return rows.map((row) => ({ id: String(row['id']), email: String(row['email']), sealed: String(row['sealed']) }))
}

/** Of these users, those whom an account may be given. */
async function eligibleOf(database: Database, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await database.query(`SELECT id FROM users_user WHERE id = ANY($1::uuid[]) AND ${eligible}`, [ids])
  return new Set(rows.map((row) => String(row['id'])))
}

/** Who was asked for and has come to no end, by how far they are. */
async function describeOpen(open: readonly LegacyUser[], accounts: Pick<Accounts, 'findMany'>): Promise<string> {
  if (open.length === 0) return ''
  const records = await accounts.findMany(open.map(({ id }) => id))
  const states = new Map<string, number>()
  for (const { state, httpStatus } of records) {
    const name = state === 'unreachable' && httpStatus !== null ? `${state}, HTTP ${httpStatus}` : state
    states.set(name, (states.get(name) ?? 0) + 1)
  }
  const limited = records.some(({ httpStatus }) => httpStatus === 429)
  return [
    `\nUnder way: ${open.length}. A running platform goes on with them; so does this command, run again.\n`,
    table([...states].map(([name, users]) => [`  ${name}`, users])),
    limited ? '  -> LibreChat limits calls (HTTP 429): raise REGISTER_MAX and LOGIN_MAX there\n' : '',
  ].join('')
}

function report({ done, gone, failed, cut }: SyncResult, kept: readonly StoredPassword[], open: string): string {
  const lines = [`Done: ${done - failed.length}. Failed: ${failed.length}.\n`]
  for (const state of new Set(failed.map((one) => one.state))) {
    const users = failed.filter((one) => one.state === state).map(({ user }) => user)
    lines.push(
      `\n${state} (${users.length}): ${stateTexts[state].means}\n  -> ${stateTexts[state].todo}\n`,
      table(users.map(({ id, email }) => [`  ${id}`, email])),
    )
  }
  if (kept.length > 0)
    lines.push(
      `\n${kept.length} kept their old password, which works: this LibreChat lets nobody but the user set a new one.\n`,
      'See "A new password" in docs/provisioning.md.\n',
      table(kept.map(({ id, email }) => [`  ${id}`, email])),
    )
  if (gone > 0) lines.push(`\nDeleted or deactivated meanwhile: ${gone}.\n`)
  lines.push(open)
  if (cut === 'interrupted') lines.push('\nInterrupted: run the command again for the others.\n')
  if (cut === 'stalled')
    lines.push('\nNothing moved for a while: see that LibreChat runs, then run the command again.\n')
  return lines.join('')
}

async function sync(context: CommandContext, force: boolean, batchSize: number): Promise<number> {
  const { database, databaseUrl, settings, terminal, log } = context
  if (settings.encryptionKey === null) throw new UsageError('LIBRECHAT_ENCRYPTION_KEY: must be set')
  const fernet = createFernet(settings.encryptionKey)
  const { unsynced, synced } = await workload(database)
  const provisioning = await startProvisioning({
    database,
    databaseUrl,
    librechat: {
      url: settings.librechatUrl,
      userAgent: platformUserAgent,
      concurrency: settings.librechatConcurrency,
    },
    passwords: createLibreChatPasswords({ fernet, log }),
    log,
  })
  const before = new Map<string, StoredPassword>()
  const requests: SyncParts['requests'] = {
    provision: provisioning.requests.provision,
    async rotate(userIds) {
      for (const stored of await storedPasswords(database, userIds)) before.set(stored.id, stored)
      await provisioning.requests.rotate(userIds)
    },
  }
  try {
    await untilEngineRuns(provisioning, engineStart, terminal.interrupted)
    const progress = createProgress(terminal, force ? unsynced + synced : unsynced)
    const result = await syncUsers(legacyUsers(database, { synced: force }), {
      accounts: provisioning.accounts,
      requests,
      stillEligible: (ids) => eligibleOf(database, ids),
      batchSize,
      force,
      stall: 5 * minute,
      polling: 250,
      interrupted: terminal.interrupted,
      onProgress: progress.show,
    })
    progress.end()
    const after = new Map((await storedPasswords(database, [...before.keys()])).map(({ id, sealed }) => [id, sealed]))
    const unfinished = new Set([...result.open, ...result.failed.map(({ user }) => user)].map(({ id }) => id))
    const kept = [...before.values()].filter(({ id, sealed }) => !unfinished.has(id) && after.get(id) === sealed)
    terminal.stdout(report(result, kept, await describeOpen(result.open, provisioning.accounts)))
    return result.failed.length + result.open.length + kept.length === 0 && result.cut === null ? 0 : 1
  } finally {
    await provisioning.close()
  }
}

/** Django's `sync_legacy_users_to_librechat`. */
export const syncLegacy: Command = {
  name: 'sync-legacy',
  summary: 'gives LibreChat accounts to users who have none',
  usage: `[--dry-run [--detailed]] [--batch-size 50] [--force] [--yes]

Takes the active users that are no service accounts and not synced, oldest first, and has the engine provision them; it works
alone, or together with platforms that run on the same database. Goes on past users that fail and lists them at the end. It may
be interrupted (Ctrl+C) and run again at any time: nobody gets a second account.

  --dry-run     says what would be done, and changes nothing; with --detailed also for whom
  --batch-size  users asked for together
  --force       also gives every synced user a new password, and adopts accounts whose password is not ours
  --yes         does not ask first`,
  options: {
    'dry-run': { type: 'boolean', default: false },
    detailed: { type: 'boolean', default: false },
    'batch-size': { type: 'string' },
    force: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
  },
  database: true,
  async run(context, values) {
    const force = values['force'] === true
    const batchSize = count(values['batch-size'], 'batch-size', 50)
    if (values['dry-run'] === true) return dryRun(context, force, values['detailed'] === true)
    if (values['yes'] !== true) {
      if (!context.terminal.isTty) throw new UsageError('nobody can be asked here: add --yes')
      if (!(await agreed(context, force))) {
        context.terminal.stdout('Nothing was changed.\n')
        return 0
      }
    }
    return sync(context, force, batchSize)
  },
}
