import { z } from 'zod'
import type { Database } from '../database/database.ts'
import { provisioningState } from '../provisioning/state.ts'
import type { Command } from './command.ts'
import { eligible, legacyUsers, syncColumn, syncState } from './legacy-users.ts'
import { stateTexts } from './state-texts.ts'
import { percent, table } from './table.ts'

const share = z.object({ users: z.number().int(), percent: z.number() })

/** What `sync-status --json` prints. */
export const syncReport = z.object({
  /** All rows of `users_user`. */
  total: z.number().int(),
  /** Not counted below: they are never synced. */
  serviceAccounts: z.number().int(),
  inactive: z.number().int(),
  eligible: z.number().int(),
  synced: share,
  notSynced: share,
  passwordOnly: share,
  idOnly: share,
  syncedLast24Hours: z.number().int(),
  syncedLast7Days: z.number().int(),
  /** Accounts by state, of all users anybody asked an account for. */
  states: z.partialRecord(provisioningState, z.number().int()),
  /** Eligible users by role. */
  roles: z.record(z.string(), z.object({ users: z.number().int(), synced: z.number().int() })),
  /** When the longest waiting request was made; null: none waits. */
  oldestWaiting: z.iso.datetime().nullable(),
})
export type SyncReport = z.infer<typeof syncReport>

/** One entry of `unsynced`, which `--json --show-unsynced` adds. */
export const unsyncedUser = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  joined: z.iso.datetime(),
  sync: syncState,
  state: provisioningState.nullable(),
})

const counts = z.object({
  total: z.number(),
  service: z.number(),
  inactive: z.number(),
  eligible: z.number(),
  synced: z.number(),
  neither: z.number(),
  password: z.number(),
  id: z.number(),
  day: z.number(),
  week: z.number(),
})

export async function readSyncReport(database: Database): Promise<SyncReport> {
  const { rows } = await database.query(
    `SELECT count(*)::int AS total,
       count(*) FILTER (WHERE user_role = 'SERVICE_ACCOUNT')::int AS service,
       count(*) FILTER (WHERE user_role <> 'SERVICE_ACCOUNT' AND NOT is_active)::int AS inactive,
       count(*) FILTER (WHERE ${eligible})::int AS eligible,
       count(*) FILTER (WHERE ${eligible} AND sync = 'synced')::int AS synced,
       count(*) FILTER (WHERE ${eligible} AND sync = 'not-synced')::int AS neither,
       count(*) FILTER (WHERE ${eligible} AND sync = 'password-only')::int AS password,
       count(*) FILTER (WHERE ${eligible} AND sync = 'id-only')::int AS id,
       count(*) FILTER (WHERE ${eligible} AND librechat_synced_at > now() - interval '24 hours')::int AS day,
       count(*) FILTER (WHERE ${eligible} AND librechat_synced_at > now() - interval '7 days')::int AS week
     FROM (SELECT *, ${syncColumn} AS sync FROM users_user) AS users`,
  )
  const states = await database.query(
    `SELECT state, count(*)::int AS users, min(requested_at) FILTER (WHERE state IN ('requested', 'unreachable')) AS oldest
     FROM hestami_platform_librechat GROUP BY state`,
  )
  const roles = await database.query(
    `SELECT user_role, count(*)::int AS users, count(*) FILTER (WHERE sync = 'synced')::int AS synced
     FROM (SELECT *, ${syncColumn} AS sync FROM users_user) AS users WHERE ${eligible} GROUP BY user_role ORDER BY 1`,
  )
  const read = counts.parse(rows[0])
  const of = (users: number): z.infer<typeof share> => ({
    users,
    percent: read.eligible === 0 ? 0 : Math.round((1000 * users) / read.eligible) / 10,
  })
  const waiting = states.rows.map((row) => row['oldest']).filter((date) => date instanceof Date)
  return syncReport.parse({
    total: read.total,
    serviceAccounts: read.service,
    inactive: read.inactive,
    eligible: read.eligible,
    synced: of(read.synced),
    notSynced: of(read.neither),
    passwordOnly: of(read.password),
    idOnly: of(read.id),
    syncedLast24Hours: read.day,
    syncedLast7Days: read.week,
    states: Object.fromEntries(states.rows.map((row) => [row['state'], row['users']])),
    roles: Object.fromEntries(
      roles.rows.map((row) => [row['user_role'], { users: row['users'], synced: row['synced'] }]),
    ),
    oldestWaiting: waiting.length === 0 ? null : new Date(Math.min(...waiting.map(Number))).toISOString(),
  })
}

function describe(report: SyncReport): string {
  const line = (name: string, { users }: { users: number }): (string | number)[] => [
    name,
    users,
    percent(users, report.eligible).padStart(7),
  ]
  return [
    `Users: ${report.total}, of whom ${report.eligible} can have a LibreChat account`,
    ` (not: ${report.serviceAccounts} service accounts, ${report.inactive} not active)\n\n`,
    table([
      line('Synced', report.synced),
      line('Not synced', report.notSynced),
      line('Password but no id', report.passwordOnly),
      line('Id but no password', report.idOnly),
    ]),
    `\nSynced in the last 24 hours: ${report.syncedLast24Hours}\nSynced in the last 7 days:   ${report.syncedLast7Days}\n`,
  ].join('')
}

function describeDetails(report: SyncReport): string {
  const states = provisioningState.options.filter((state) => report.states[state] !== undefined)
  const oldest = report.oldestWaiting === null ? '' : `\nWaiting longest: since ${report.oldestWaiting}\n`
  return [
    '\nLibreChat accounts by state\n',
    states.length === 0 ? '  nobody asked for one yet\n' : '',
    table(
      states.map((state) => [`  ${state}`, report.states[state] ?? 0, stateTexts[state].means, stateTexts[state].todo]),
    ),
    oldest,
    '\nBy role (synced of all)\n',
    table(Object.entries(report.roles).map(([role, { users, synced }]) => [`  ${role}`, synced, `of ${users}`])),
  ].join('')
}

/** Django's `check_librechat_sync_status`. */
export const syncStatus: Command = {
  name: 'sync-status',
  summary: 'how many users have a LibreChat account',
  usage: `[--detailed] [--show-unsynced] [--json]

Counts the active users that are no service accounts: synced, not synced, with a password but no LibreChat id, with an id but
no password; and those synced in the last 24 hours and 7 days.

  --detailed        also by state of the account, with what to do, and by role
  --show-unsynced   also lists the users that are not synced, oldest first
  --json            as one JSON document`,
  options: {
    detailed: { type: 'boolean', default: false },
    'show-unsynced': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  database: true,
  async run({ database, terminal }, values) {
    const report = await readSyncReport(database)
    const unsynced = values['show-unsynced'] === true
    if (values['json'] === true) {
      // Piece by piece: the list may be long.
      const head = JSON.stringify(report)
      terminal.stdout(unsynced ? `${head.slice(0, -1)},"unsynced":[` : `${head}\n`)
      let between = '\n'
      if (unsynced)
        for await (const users of legacyUsers(database)) {
          for (const { id, email, userRole: role, joined, sync, state } of users) {
            const entry = { id, email, role, joined: joined.toISOString(), sync, state }
            terminal.stdout(`${between}${JSON.stringify(unsyncedUser.parse(entry))}`)
            between = ',\n'
          }
          await terminal.drained()
        }
      if (unsynced) terminal.stdout('\n]}\n')
      return 0
    }
    terminal.stdout(describe(report))
    if (values['detailed'] === true) terminal.stdout(describeDetails(report))
    if (!unsynced) return 0
    terminal.stdout('\nNot synced\n')
    for await (const users of legacyUsers(database)) {
      terminal.stdout(
        table(
          users.map(({ id, email, userRole, joined, sync, state }) => [
            `  ${joined.toISOString().slice(0, 10)}`,
            id,
            userRole,
            sync,
            state ?? '-',
            email,
          ]),
        ),
      )
      await terminal.drained()
    }
    return 0
  },
}
