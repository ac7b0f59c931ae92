import { expect, test } from 'vitest'
import { parseCopyLine } from './copy-text.ts'
import type { DumpEntry } from './dump-entry.ts'
import { readDump } from './dump.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
/** The entries and, where it ends with one, the sentence that it ends with. */
async function read(dump: string | Buffer, size = 65_536): Promise<{ entries: DumpEntry[]; error: string | null }> {
  const entries: DumpEntry[] = []
  try {
    for await (const entry of readDump(inPieces(Buffer.from(dump), size))) entries.push(entry)
    return { entries, error: null }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'DumpError') throw error
    return { entries, error: error.message }
  }
}

const user = (name: string): unknown => ({ model: 'users.user', pk: name, fields: { first_name: name, groups: [1] } })
const group = { model: 'auth.group', pk: 1, fields: { name: 'demo' } }
const columns = (name: string): unknown => ({ id: name, first_name: name, groups: [1], service_provider_id: null })
const nasty = 'é漢😀\u2028\u2029\u0085"\\\n\t{}[],'

test.each([1, 2, 3, 7, 65_536])('JSON in pieces of %i bytes, with signs that need care', async (size) => {
  const json = JSON.stringify([user('a'), group, user(nasty)], null, 2)
  for (const dump of [json, `\uFEFF\r\n  ${json}\n\n`])
    expect(await read(dump, size)).toEqual({
      entries: [
        { place: 'record 1', columns: columns('a') },
        { place: 'record 3', columns: columns(nasty) },
      ],
      error: null,
    })
})

test.each([1, 5, 65_536])('JSON lines in pieces of %i bytes; a broken one stops none', async (size) => {
  const lines = [JSON.stringify(user('a')), '{"model": ', '', JSON.stringify(group), '7', JSON.stringify(user(nasty))]
  for (const dump of [lines.join('\n'), `\uFEFF${lines.join('\r\n')}\r\n`])
    expect(await read(dump, size)).toEqual({
      entries: [
        { place: 'line 1', columns: columns('a') },
        { place: 'line 2', problem: 'is no JSON' },
        { place: 'line 5', problem: 'is no entry of dumpdata' },
        { place: 'line 6', columns: columns(nasty) },
      ],
      error: null,
    })
})

test('JSON that breaks off or is damaged: what came before is there', async () => {
  const whole = JSON.stringify([user('a'), user('b'), user('c')])
  for (const cut of [whole.slice(0, -1), whole.slice(0, -20), whole.slice(0, whole.indexOf('"c"'))])
    expect(await read(cut)).toMatchObject({
      entries: expect.arrayContaining([{ place: 'record 2', columns: columns('b') }]),
      error: expect.stringMatching(/^its JSON is damaged or breaks off after record [23]$/),
    })
  expect((await read('[1, 2')).error).toBe('its JSON is damaged or breaks off after record 1')
  expect((await read('[nonsense')).error).toBe('its JSON is damaged or breaks off in its first record')
})

test('strings of JSON that is not UTF-8 are not guessed at', async () => {
  const latin1 = Buffer.from(JSON.stringify([user('a'), user('é')]), 'latin1')
  expect((await read(latin1)).error).toBe('it is not UTF-8')
  const lines = Buffer.from([user('a'), user('é'), user('b')].map((one) => JSON.stringify(one)).join('\n'), 'latin1')
  expect((await read(lines)).entries).toMatchObject([
    { place: 'line 1', columns: columns('a') },
    { place: 'line 2', problem: 'is too long, or not UTF-8' },
    { place: 'line 3', columns: columns('b') },
  ])
})

test('the text format of COPY', () => {
  expect(parseCopyLine('a\t\\N\t\t\\\\N\t\\t\\n\\r\\b\\f\\v\t\\\\\\\\')).toEqual([
    'a',
    null,
    '',
    '\\N',
    '\t\n\r\b\f\v',
    '\\\\',
  ])
  expect(parseCopyLine('\\101\\x42\\x4a\\q\t\\303\\251\\xe6\\xbc\\xa2')).toEqual(['ABJq', 'é漢'])
})

const rows = (...lines: string[]): string =>
  ['COPY public.users_user (id, first_name) FROM stdin;', ...lines].join('\n')

test.each([1, 65_536])('COPY: other tables, whatever stands in them, are passed over (pieces of %i)', async (size) => {
  const dump = `--\n-- PostgreSQL database dump\n--\nSET client_encoding = 'UTF8';
COPY public.notes (text) FROM stdin;
COPY public.users_user (id, first_name) FROM stdin;
INSERT INTO public.users_user VALUES (1);
stranger\tStranger
\\.
COPY archive.users_user (id, first_name) FROM stdin;
old\tOld
\\.
COPY public.users_user_groups (id, user_id) FROM stdin;
1\t1
\\.
${rows('a\tA', 'b\t\u2028\\\\.', '\\.')}
COPY public."users_user" ("id", first_name) FROM stdin;
c\t\\N
\\.
SELECT pg_catalog.setval('x', 1);
`
  const entries = [
    { place: 'line 17', columns: { id: 'a', first_name: 'A' } },
    { place: 'line 18', columns: { id: 'b', first_name: '\u2028\\.' } },
    { place: 'line 21', columns: { id: 'c', first_name: null } },
  ]
  expect(await read(dump, size)).toEqual({ entries, error: null })
  expect(await read(dump.replaceAll('\n', '\r\n'), size)).toEqual({ entries, error: null })
})

test('COPY: an empty table is one; rows with too few or many values are told', async () => {
  expect(await read(`${rows('\\.')}\n`)).toEqual({ entries: [], error: null })
  expect((await read(`${rows('a', 'a\tA\t1', 'b\tB', '\\.')}\n`)).entries).toMatchObject([
    { place: 'line 2', problem: 'has not as many values as columns' },
    { place: 'line 3', problem: 'has not as many values as columns' },
    { place: 'line 4', columns: { id: 'b' } },
  ])
})

test('COPY that breaks off: also in the last value, where nothing seems to miss', async () => {
  expect(await read(rows('a\tA', 'b\tShort'))).toEqual({
    entries: [
      { place: 'line 2', columns: { id: 'a', first_name: 'A' } },
      { place: 'line 3', problem: 'is cut off' },
    ],
    error: 'it ends in the middle of a table',
  })
  expect((await read(`${rows('a\tA')}\n`)).error).toBe('it ends in the middle of a table')
  expect((await read('COPY public.notes (text) FROM stdin;\na\n')).error).toBe('it ends in the middle of a table')
})

test('lines of any length are passed over in other tables, and told in this one', async () => {
  const long = 'x'.repeat(3 * 1024 * 1024)
  const dump = `COPY public.files (data) FROM stdin;\n${long}\n\\.\n${rows('a\tA', `b\t${long}`, 'c\tC', '\\.')}\n`
  expect((await read(dump)).entries).toMatchObject([
    { place: 'line 5', columns: { id: 'a' } },
    { place: 'line 6', problem: 'is too long, or not UTF-8' },
    { place: 'line 7', columns: { id: 'c' } },
  ])
})

test.each<[string, string | Buffer, RegExp]>([
  ['nothing', '', /^it is empty$/],
  ['white space', ' \n\t ', /^it is empty$/],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x0a]), /^there are no users in it: /],
  ['a letter', 'Dear operator,\nthis is no dump.\n', /^there are no users in it: .*dumpdata users\.user.*pg_dump$/],
  ['a dump without users', 'COPY public.notes (text) FROM stdin;\na\n\\.\n', /^there are no users in it/],
  ['INSERTs', "INSERT INTO public.users_user VALUES ('a');\n", /without --inserts and --column-inserts$/],
  ['column INSERTs', "INSERT INTO public.users_user (id) VALUES ('a');\n", /without --inserts and --column-inserts$/],
  ['another encoding', `SET client_encoding = 'LATIN1';\n${rows('a\tA', '\\.')}\n`, /LATIN1.*--encoding=UTF8$/],
  ['custom format', 'PGDMP\u0001\u000e', /pg_restore --file=-$/],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0]), /^it is compressed$/],
  ['UTF-16', Buffer.from('\uFEFF[{"model": "users.user"}]', 'utf16le'), /UTF-16/],
  ['XML', '<?xml version="1.0" encoding="utf-8"?>\n<django-objects/>', /--format json/],
  ['YAML', '- model: users.user\n  pk: 1\n', /--format json/],
])('no dump: %s', async (_what, dump, message) => {
  for (const size of [1, 65_536])
    expect(await read(dump, size)).toEqual({ entries: [], error: expect.stringMatching(message) })
})
