import type { Database } from '../database/database.ts'
import { createFernet } from '../fernet.ts'
import { createLibreChatPasswords } from '../librechat/passwords.ts'
import { platformUserAgent } from '../librechat/user-agent.ts'
import { startProvisioning } from '../provisioning/start.ts'
import type { Command, CommandContext } from './command.ts'
import { count, UsageError } from './command.ts'
import { eligible, legacyUsers, syncColumn } from './legacy-users.ts'
import { createProgress } from './progress.ts'
import { stateTexts } from './state-texts.ts'
import type { SyncResult } from './sync-users.ts'
import { syncUsers } from './sync-users.ts'
import { table } from './table.ts'

const minute = 60_000

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
    for await (const users of legacyUsers(database, { synced: force }))
      terminal.stdout(table(users.map(({ id, sync, state, email }) => [`  ${id}`, sync, state ?? '-', email])))
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

/** The passwords as stored, to see afterwards whose was changed. */
async function storedPasswords(database: Database, ids: readonly string[]): Promise<Map<string, unknown>> {
  const { rows } = await database.query(
    'SELECT id, librechat_password_encrypted AS sealed FROM users_user WHERE id = ANY($1::uuid[])',
    [ids],
  )
  return new Map(rows.map((row) => [String(row['id']), row['sealed']]))
}

function report({ done, failed, open, cut }: SyncResult, kept: number): string {
  const lines = [`Done: ${done - failed.length}. Failed: ${failed.length}.\n`]
  for (const state of new Set(failed.map((one) => one.state))) {
    const users = failed.filter((one) => one.state === state).map(({ user }) => user)
    lines.push(
      `\n${state} (${users.length}): ${stateTexts[state].means}\n  -> ${stateTexts[state].todo}\n`,
      table(users.map(({ id, email }) => [`  ${id}`, email])),
    )
  }
  if (kept > 0)
    lines.push(
      `\n${kept} kept their old password, which works: this LibreChat lets nobody but the user set a new one.\n`,
      'See "A new password" in docs/provisioning.md.\n',
    )
  if (open.length > 0)
    lines.push(`\nUnder way: ${open.length}. A running platform goes on with them; so does this command, run again.\n`)
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
  const before = new Map<string, unknown>()
  async function* users(): ReturnType<typeof legacyUsers> {
    for await (const page of legacyUsers(database, { synced: force })) {
      const rotated = page.filter((user) => user.sync === 'synced').map(({ id }) => id)
      for (const [id, sealed] of await storedPasswords(database, rotated)) before.set(id, sealed)
      yield page
    }
  }
  try {
    await Promise.race([provisioning.engineStarted, abortOf(terminal.interrupted)])
    const progress = createProgress(terminal, force ? unsynced + synced : unsynced)
    const result = await syncUsers(users(), {
      accounts: provisioning.accounts,
      requests: provisioning.requests,
      batchSize,
      force,
      stall: 5 * minute,
      polling: 250,
      interrupted: terminal.interrupted,
      onProgress: progress.show,
    })
    progress.end()
    const after = await storedPasswords(database, [...before.keys()])
    const unfinished = new Set([...result.open, ...result.failed.map(({ user }) => user)].map(({ id }) => id))
    const kept = [...before].filter(([id, sealed]) => !unfinished.has(id) && after.get(id) === sealed)
    terminal.stdout(report(result, kept.length))
    return result.failed.length + result.open.length + kept.length === 0 && result.cut === null ? 0 : 1
  } finally {
    await provisioning.close()
  }
}

const abortOf = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

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
