import { requestNames } from '../../contract/routes.ts'
import { errorNames, isErrorCode } from './codes.ts'
import { isRoute } from './route-template.ts'
import { isWord } from './words.ts'

/** What the log says happened, and what that means for whoever reads it. An event that is not here is not written. */
export const logEvents = {
  'app.started': 'The app has started: which version, in which system.',
  'app.quit': 'The app has ended, and how.',
  'app.start-failed': 'The app could not start.',
  'app.uncaught': 'An error that nobody handled, in the main process.',
  'app.child-gone': 'A process of the app has ended: graphics, network, keychain.',
  'app.stale-lock-removed': 'An earlier run had left its lock behind.',
  'bridge.call': 'The window asked for something (detailed log only).',
  'bridge.refused': 'A call that did not come from the app’s own window.',
  'cache.damaged': 'The cache could not be opened; a new one was begun.',
  'cache.failed': 'The cache could not be read or written.',
  'cache.newer': 'The cache was written by a newer version; it is left alone.',
  'closing.not-remembered': 'What closing the window does could not be kept.',
  defect: 'A defect of the app. The window showed the same id.',
  'diagnostics.defect': 'A defect in a step of the connection check.',
  'diagnostics.step': 'A step of the connection check has ended.',
  'graphics.not-kept': 'That graphics failed could not be kept for the next start.',
  'graphics.off': 'Drawing with the graphics card is switched off.',
  'http.answer': 'A server has answered (detailed log only).',
  'http.unreachable': 'A server could not be reached.',
  'jump-list.refused': 'Windows did not take the jump list.',
  'launch.refused': 'Arguments or a link that the app does not open.',
  'log.detailed': 'The detailed log was switched on or off.',
  'log.lost': 'So many lines before this one could not be written.',
  'login-item.changed': 'Starting at login was switched on or off.',
  'login-item.failed': 'Starting at login could not be changed.',
  'notification.failed': 'The system did not show a notification.',
  'proxy.silent': 'A proxy that the system names does not answer.',
  'proxy.wants-sign-in': 'A proxy wants a user name and a password.',
  'quick.load-failed': 'The quick window could not be loaded.',
  'quick.shortcut-taken': 'Another program has the shortcut of the quick window.',
  'session.login-again': 'LibreChat had ended its session; a new one was opened.',
  'session.phase': 'Where the sign-in stands.',
  'session.revoked': 'Signed out; which of the servers were told.',
  'session.signed-in': 'Signed in, and whether it is remembered.',
  'policy.entry-ignored': 'An entry of a policy does not count, and why.',
  'policy.refused': 'A file of policies is not listened to, and why.',
  'settings.damaged': 'The settings could not be read and were set aside.',
  'settings.not-saved': 'The settings could not be written.',
  'spelling.no-dictionary': 'A dictionary could not be had.',
  'tray.host-gone': 'This desktop has no notification area any more.',
  'turn.broken': 'The connection broke during an answer.',
  'turn.defect': 'A defect of the app during an answer.',
  'turn.state': 'Where an answer stands (detailed log only).',
  'turn.unsettled': 'Whether an answer was stored could not be found out.',
  unlisted: 'Something whose name is not in this list.',
  'updates.bad-address': 'The address of the update server is not usable.',
  'updates.found': 'There is an update.',
  'updates.installing': 'An update was handed to the system.',
  'updates.none': 'The update server has nothing for this installation, and why.',
  'updates.not-checked': 'The update server could not be asked.',
  'updates.not-downloaded': 'An update could not be downloaded.',
  'updates.not-installed': 'An update could not be installed.',
  'updates.not-proved': 'This version has not shown in time that it works, and what is missing.',
  'updates.not-returned': 'Going back to the version before did not work.',
  'updates.not-tidied': 'What an update left behind could not be removed.',
  'updates.proved': 'This version works.',
  'updates.ready': 'An update is downloaded and genuine.',
  'updates.record-damaged': 'What was kept about updates could not be read.',
  'updates.record-not-saved': 'What is kept about updates could not be written.',
  'updates.refused': 'What the update server offers is not to be trusted, and why.',
  'updates.returning': 'Going back to the version before.',
  'updates.state': 'Where an update of the app stands.',
  'vault.keychain-behind': 'The keychain did not take the newest state of the session.',
  'vault.memory-only': 'The session is not remembered, because of the keychain.',
  'vault.orphan-key': 'An item in the keychain could not be removed.',
  'window.crashed': 'The process of the window has ended.',
  'window.image-not-saved': 'An image could not be saved.',
  'window.load-failed': 'The window could not be loaded.',
  'window.navigation-refused': 'Something in the window wanted to go elsewhere.',
  'window.not-painted': 'The window stayed empty for too long.',
  'window.permission-refused': 'Something in the window wanted a permission.',
  'window.place-not-kept': 'Size and place of the window could not be kept.',
  'window.request-failed': 'A file of the window could not be read.',
  'window.request-refused': 'Something in the window wanted to reach the network.',
  'window.trouble': 'The user was told that the window cannot be shown.',
  'window.unresponsive': 'The window did not answer.',
  'window.wedged': 'A window that was asked for was not seen.',
} as const satisfies Readonly<Record<string, string>>
export type LogEventName = keyof typeof logEvents

/** What a field may hold. */
interface Field<V> {
  readonly takes: (value: unknown) => boolean
  /** Only for the types. */
  readonly value?: V
}
const field = <V>(takes: (value: unknown) => boolean): Field<V> => ({ takes })

const requests: ReadonlySet<string> = new Set(requestNames)
const text = (shape: RegExp): Field<string> => field((value) => typeof value === 'string' && shape.test(value))

/** A code of the contract's enums, or of the system. */
const word = field<string>(isWord)
const flag = field<boolean>((value) => typeof value === 'boolean')
const count = (most: number): Field<number> =>
  field((value) => typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= most)
const errorName = field<string>((value) => typeof value === 'string' && errorNames.has(value))
const version = text(/^\d{1,4}\.\d{1,4}\.\d{1,4}(-[a-z]{1,10}(\.\d{1,4})?)?$/)
const week = 7 * 86_400_000

/**
 * THE table of what a line of the log may hold beside its time, level and event. A field that is not here is not written; a value
 * that is not of its field's kind is written as `?`. Every kind is a closed list, a number, or a shape too narrow for a person's
 * words, a secret or an address.
 */
export const logFields = {
  attempt: count(1000),
  bytes: count(1e12),
  check: word,
  code: field<string>(isErrorCode),
  created: flag,
  exitCode: field<number>((value) => Number.isInteger(value) && Math.abs(value as number) <= 2 ** 32),
  /** The entry of a file that could not be read. */
  entry: word,
  finding: word,
  from: version,
  /** The eight hexadecimal digits that the window shows for a defect. */
  id: text(/^[0-9a-f]{8}$/),
  kind: errorName,
  late: flag,
  language: text(/^[a-z]{2,3}(-[A-Za-z]{2,4}){0,2}$/),
  librechat: flag,
  lines: count(1e9),
  method: text(/^(GET|POST|PUT|PATCH|DELETE|HEAD)$/),
  ms: count(week),
  name: errorName,
  online: flag,
  on: flag,
  outcome: word,
  permission: word,
  phase: word,
  platform: flag,
  problem: word,
  reason: word,
  remembered: flag,
  restarting: flag,
  /** A request of the window. */
  route: field<string>((value) => typeof value === 'string' && requests.has(value)),
  server: word,
  session: flag,
  software: flag,
  state: word,
  status: count(999),
  storage: flag,
  supported: flag,
  /** The operating system, as Node names it. */
  system: text(/^(aix|android|darwin|freebsd|linux|openbsd|sunos|win32)$/),
  to: version,
  trial: flag,
  trouble: word,
  type: word,
  /** A path of a server's interface, without ids. */
  path: field<string>(isRoute),
  version,
  what: word,
  /** A file and a line of the app's own code: see `placeOf`. */
  where: text(/^[a-z][\w.-]{0,59}\.[cm]?[jt]s:\d{1,6}$/),
  why: word,
  window: flag,
} as const satisfies Readonly<Record<string, Field<unknown>>>

type Table = typeof logFields
type ValueOf<F> = F extends Field<infer V> ? V : never
export type LogFieldName = keyof Table
export type LogFields = { readonly [N in LogFieldName]?: ValueOf<Table[N]> | null | undefined }
