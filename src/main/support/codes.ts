import { getSystemErrorMap } from 'node:util'
import { appError } from '../../contract/errors.ts'

/** What Node's resolver answers, by its documentation of `node:dns`. */
const resolver = [
  'ENODATA',
  'EFORMERR',
  'ESERVFAIL',
  'ENOTFOUND',
  'ENOTIMP',
  'EREFUSED',
  'EBADQUERY',
  'EBADNAME',
  'EBADFAMILY',
  'EBADRESP',
  'ETIMEOUT',
  'EFILE',
  'EDESTRUCTION',
  'EBADSTR',
  'EBADFLAGS',
  'ENONAME',
  'EBADHINTS',
  'ENOTINITIALIZED',
  'ECANCELLED',
]
const known: ReadonlySet<string> = new Set([
  ...[...getSystemErrorMap().values()].map(([name]) => name),
  ...resolver,
  ...appError.options.map((option) => option.shape.code.value),
])
/** Families too large to list: Node's and Chromium's ERR_, SQLite, the HTTP parser, OpenSSL's verdicts on certificates. */
const family =
  /^(ERR|SQLITE|HPE|EAI|CERT|CRL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME|INVALID|PATH_LENGTH|SUBJECT|OUT_OF)_[A-Z][A-Z_]{1,58}[A-Z0-9]$/

/** A code that the system, a library or the app itself gives an error; nothing that a person or a server could have written. */
export const isErrorCode = (value: unknown): value is string =>
  typeof value === 'string' && (known.has(value) || family.test(value))

const names: ReadonlySet<string> = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
  'AbortError',
  'TimeoutError',
  'DOMException',
  'SystemError',
  'ZodError',
  'SqliteError',
  'Fault',
  'KeychainFault',
  'UpdateFault',
  'CheckFault',
  'NewerDatabase',
  'RequestError',
  'ReadError',
  'UploadError',
  'HTTPError',
  'MaxRedirectsError',
  'ParseError',
  'YAMLException',
])

/** The class of what was thrown, or what kind of value it is; `other` for a class that is not known here. Never throws. */
export function errorName(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return thrown === null ? 'null' : typeof thrown
    const { name } = thrown
    return typeof name === 'string' && names.has(name) ? name : 'other'
  } catch {
    return 'other'
  }
}
const values = ['null', 'string', 'number', 'bigint', 'boolean', 'symbol', 'undefined', 'object', 'function']
export const errorNames: ReadonlySet<string> = new Set([...names, ...values, 'unknown', 'other'])

/** The code of what was thrown; `unknown` when it has none that is known. Never throws. */
export function errorCode(thrown: unknown): string {
  try {
    const { code } = thrown as { code?: unknown }
    return isErrorCode(code) ? code : 'unknown'
  } catch {
    return 'unknown'
  }
}
