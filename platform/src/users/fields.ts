/** A request whose fields are not right: Django REST framework's 400 body, field → messages. */
export class FieldsRefused extends Error {
  override readonly name = 'FieldsRefused'
  readonly fields: Readonly<Record<string, readonly string[]>>
  constructor(fields: Readonly<Record<string, readonly string[]>>) {
    super(`refused: ${Object.keys(fields).join(', ')}`)
    this.fields = fields
  }
}

export type JsonSchema = Readonly<Record<string, unknown>>

/** One field of a body. */
export interface Field<T> {
  /** As a DRF field does: its value, or what is wrong with it. `undefined`: not there. */
  read(value: unknown): { readonly value: T } | { readonly wrong: readonly string[] }
  /** What clients should send. */
  readonly schema: JsonSchema
}

/** What is said of a text with more characters. */
export const tooLong = (longest: number): string => `Ensure this field has no more than ${longest} characters.`
const required = 'This field is required.'

/** Python's white space: not the byte order mark, which `trim()` takes away, but some control characters that it leaves. */
// oxlint-disable-next-line no-control-regex -- Python's white space has some
const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/** Sign by sign: an expression for a run at the end begins anew at each sign of every run, which takes seconds for 60 KB. */
function strip(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && space.test(text.charAt(start))) start++
  while (end > start && space.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

export interface TextRules {
  readonly longest?: number
  readonly blank?: boolean
  /** Told to clients; `check` decides. */
  readonly format?: 'email' | 'password'
  /** Further messages for a text that is there. */
  readonly check?: (text: string) => readonly string[]
}

/** DRF's `CharField`: numbers are taken as text, surrounding white space goes (in passwords too, as production has it). */
export function text({ longest = Infinity, blank = false, format, check }: TextRules = {}): Field<string> {
  const read: Field<string>['read'] = (value) => {
    if (value === undefined) return { wrong: [required] }
    if (value === null) return { wrong: ['This field may not be null.'] }
    if (typeof value !== 'string' && typeof value !== 'number') return { wrong: ['Not a valid string.'] }
    const stripped = strip(String(value))
    if (stripped === '') return blank ? { value: '' } : { wrong: ['This field may not be blank.'] }
    const wrong = [...(check?.(stripped) ?? [])]
    if (Array.from(stripped).length > longest) wrong.unshift(tooLong(longest))
    if (stripped.includes('\0')) wrong.push('Null characters are not allowed.')
    if (!stripped.isWellFormed()) wrong.push('Surrogate characters are not allowed.')
    return wrong.length > 0 ? { wrong } : { value: stripped }
  }
  return {
    read,
    schema: {
      type: 'string',
      ...(blank ? {} : { minLength: 1 }),
      ...(longest === Infinity ? {} : { maxLength: longest }),
      ...(format === undefined ? {} : { format }),
      ...(format === 'password' ? { writeOnly: true } : {}),
    },
  }
}

/** Also takes null. */
export function nullable<T>(field: Field<T>): Field<T | null> {
  return {
    read: (value) => (value === null ? { value: null } : field.read(value)),
    schema: { anyOf: [field.schema, { type: 'null' }] },
  }
}

export function choice<T extends string>(choices: readonly T[]): Field<T> {
  const read: Field<T>['read'] = (value) => {
    if (value === undefined) return { wrong: [required] }
    if (value === null) return { wrong: ['This field may not be null.'] }
    const found = choices.find((one) => one === value)
    if (found !== undefined) return { value: found }
    const shown = typeof value === 'string' ? value.slice(0, 200) : typeof value
    return { wrong: [`"${shown}" is not a valid choice.`] }
  }
  return { read, schema: { type: 'string', enum: choices } }
}

export type Fields = Readonly<Record<string, Field<unknown>>>

/** Of a body with these fields; all of them have to be there. */
export function fieldsSchema(fields: Fields): JsonSchema {
  const properties = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]))
  return { type: 'object', properties, required: Object.keys(fields) }
}

type Values<F> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** All fields of a body, or FieldsRefused with the messages of every wrong one. */
export function readFields<F extends Fields>(fields: F, body: unknown): Values<F> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const kind = Array.isArray(body) ? 'list' : typeof body === 'string' ? 'str' : typeof body
    throw new FieldsRefused({ non_field_errors: [`Invalid data. Expected a dictionary, but got ${kind}.`] })
  }
  const values: Record<string, unknown> = {}
  const refused: Record<string, readonly string[]> = {}
  for (const [name, field] of Object.entries(fields)) {
    const read = field.read(Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined)
    if ('wrong' in read) refused[name] = read.wrong
    else values[name] = read.value
  }
  if (Object.keys(refused).length > 0) throw new FieldsRefused(refused)
  return values as Values<F>
}
