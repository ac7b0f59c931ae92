import { z } from 'zod'
import { checkName, checkState, factName, finding } from './diagnostics.ts'
import { appError, serverName } from './errors.ts'
import { keychainProblem, sessionState, signedOutReason } from './session.ts'
import { settingNames, settingOrigin } from './settings.ts'
import { exchange } from './support.ts'
import { updateOutcome, updateProblem, updateStatus, updatesOff } from './updates.ts'

/** The sections of a support bundle, in the order in which they are in it. */
export const bundleSections = [
  'header',
  'settings',
  'session',
  'updates',
  'check',
  'exchange',
  'storage',
  'crash',
  'log',
  'end',
] as const
export type BundleSection = (typeof bundleSections)[number]

/** Short and from a narrow alphabet: versions, codes, numbers with a unit. */
const code = z
  .string()
  .max(64)
  .regex(/^[\w.:+/[\] -]*$/)
const version = z
  .string()
  .max(40)
  .regex(/^\d{1,5}(\.\d{1,6}){1,3}(-[a-z]{1,10}(\.\d{1,6})?)?$/)
const at = z.number()
const amount = z.number().min(0)

const errorCode = z.enum(appError.options.map((option) => option.shape.code.value))
const phase = z.enum(sessionState.options.map((option) => option.shape.phase.value))
const updatePhase = z.enum(updateStatus.options.map((option) => option.shape.phase.value))
const updateEnd = z.enum(updateOutcome.options.map((option) => option.shape.kind.value))

/** First line: what ran, where. No name of a computer or a user. */
const header = z.strictObject({
  section: z.literal('header'),
  format: z.literal(1),
  writtenAt: at,
  version,
  flavour: z.enum(['production', 'beta', 'debug']),
  channel: z.enum(['stable', 'beta', 'debug']),
  /** `development`, or a commit with its date. */
  build: z.union([z.literal('development'), z.string().regex(/^[0-9a-f]{7,8}( \(\d{4}-\d\d-\d\d\))?$/)]),
  host: z.enum(['electron', 'browser']),
  /** As Node names them. */
  platform: z.string().regex(/^[a-z0-9]{2,12}$/),
  arch: z.string().regex(/^[a-z0-9]{2,12}$/),
  /** Version of the operating system's kernel, its numbers only. */
  system: version.nullable(),
  electron: version.nullable(),
  chromium: version.nullable(),
  node: version,
  /** BCP 47, as far as language, script and region. */
  locale: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z]{2,4}){0,2}$/)
    .nullable(),
  /** Minutes east of UTC. */
  utcOffset: z.int().min(-1000).max(1000),
  /** Seconds since the app was started. */
  uptime: amount,
  /** Megabytes: of the computer, and in use by the main process. */
  memory: amount,
  used: amount,
  /** How each server is reached; never its name. `this-computer`: a loopback address, as in development. */
  servers: z.record(serverName, z.enum(['https', 'this-computer'])),
})

/** `value`: what is set where that is a switch, a number or one of a few words; else only whether something is. */
const setting = z.strictObject({
  section: z.literal('settings'),
  name: z.enum(settingNames),
  value: z.union([z.boolean(), z.number(), z.string().regex(/^[a-z-]{1,24}$/), z.null()]),
  by: settingOrigin.shape.by,
  /** What kind of place a policy is from. */
  from: z.enum(['registry', 'managed-preferences', 'file', 'other']).nullable(),
})

/** The sign-in since the start, oldest first. */
const session = z.strictObject({
  section: z.literal('session'),
  at,
  phase,
  reason: signedOutReason.nullable(),
  error: errorCode.nullable(),
  keychain: keychainProblem.nullable(),
  online: z.boolean().nullable(),
  remembered: z.boolean().nullable(),
})

const updates = z.strictObject({
  section: z.literal('updates'),
  phase: updatePhase,
  reason: updatesOff.nullable(),
  problem: updateProblem.nullable(),
  version: version.nullable(),
  checkedAt: at.nullable(),
  receivedBytes: amount.nullable(),
  totalBytes: amount.nullable(),
  outcome: z.strictObject({ kind: updateEnd, from: version.nullable(), to: version.nullable() }).nullable(),
})

/** A step of the last connection check. Facts that could name people, places or servers are told by their kind only. */
const check = z.strictObject({
  section: z.literal('check'),
  check: checkName,
  server: serverName.nullable(),
  state: checkState,
  finding,
  ms: amount.nullable(),
  facts: z.array(z.strictObject({ name: factName, value: code })).max(20),
})

/** `route`: its ids replaced, and every part one of those that the app itself asks for. */
const exchanged = exchange.extend({
  section: z.literal('exchange'),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'CONNECT', 'OPTIONS']),
  route: z.string().regex(/^(\/[A-Za-z0-9_.:-]{1,40}){1,12}\/?$|^\/$/),
  fault: z
    .string()
    .regex(/^[a-z]+(-[a-z]+){0,3}$/)
    .max(40)
    .nullable(),
})

const storage = z.strictObject({
  section: z.literal('storage'),
  /** `none`: nobody is signed in. `memory`: it is gone at exit. */
  cache: z.enum(['none', 'memory', 'file', 'failed']),
  schema: z.int().nullable(),
  pages: z.int().nullable(),
  freePages: z.int().nullable(),
  pageBytes: z.int().nullable(),
  conversations: z.int().nullable(),
  messages: z.int().nullable(),
  drafts: z.int().nullable(),
  draftFiles: z.int().nullable(),
  outbox: z.int().nullable(),
  /** Megabytes free where the data folder is. */
  free: amount.nullable(),
  logFiles: z.int(),
  logBytes: amount,
  /** Lines that could not be written since the start. */
  linesLost: z.int(),
})

const fields = z.record(
  z.string().regex(/^[a-zA-Z]{1,30}$/),
  z.union([z.string().max(80), z.number(), z.boolean(), z.null()]),
)
const written = { at: z.iso.datetime(), level: z.enum(['debug', 'info', 'warn', 'error']), event: code, fields }

/** Why a window, a process or a start failed: the lines of the log that say so, also of earlier starts. */
const crash = z.strictObject({ section: z.literal('crash'), ...written })
const log = z.strictObject({ section: z.literal('log'), ...written })

/** Last line. */
const end = z.strictObject({
  section: z.literal('end'),
  /** Lines before this one. */
  lines: z.int(),
  /** Older lines of the log that did not fit, and lines that were not in a known form. */
  tooOld: z.int(),
  unreadable: z.int(),
  /** Lines that the user took out. */
  removed: z.int(),
})

/** One line of a support bundle. */
export const bundleLine = z.discriminatedUnion('section', [
  header,
  setting,
  session,
  updates,
  check,
  exchanged,
  storage,
  crash,
  log,
  end,
])
export type BundleLine = z.infer<typeof bundleLine>
export type BundleLineOf<S extends BundleSection> = Extract<BundleLine, { section: S }>
