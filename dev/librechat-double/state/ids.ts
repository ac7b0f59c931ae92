import { randomBytes, randomUUID } from 'node:crypto'

/** A document id in MongoDB's form: 24 hex digits, ascending with time. */
export const documentId = (): string =>
  Math.floor(Date.now() / 1000)
    .toString(16)
    .padStart(8, '0') + randomBytes(8).toString('hex')

export const uuid = (): string => randomUUID()

export const isUuid = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value)

/** A short id with its kind in front: `step_Yk2fQ7c1aB`. */
export const shortId = (kind: string): string => `${kind}_${randomBytes(9).toString('base64url')}`

let last = 0

/** Epoch milliseconds that never repeat, so that rows sort in the order in which they were made. */
export function moment(): number {
  last = Math.max(Date.now(), last + 1)
  return last
}

export const isoNow = (): string => new Date(moment()).toISOString()
