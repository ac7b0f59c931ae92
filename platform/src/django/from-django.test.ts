import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createDatabase } from '../database/database.ts'
import { createFernet } from '../fernet.ts'
import type { DjangoUser } from '../testing/django.ts'
import { djangoDump } from '../testing/django.ts'
import { python } from '../testing/python.ts'
import type { TestStack } from '../testing/stack.ts'
import { newPerson, startTestStack } from '../testing/stack.ts'
import { djangoIterations } from '../users/password-hash.ts'
import { readDump } from './dump.ts'
import type { ImportOptions, ImportSummary } from './import-users.ts'
import { importUsers } from './import-users.ts'

/** Users made by a real Django and Python's Fernet, on this platform; and users of this platform, in Django's eyes. */

const key = `${randomBytes(32).toString('base64url')}=`
let stack: TestStack
let database: Database
beforeAll(async () => {
  stack = await startTestStack({ engine: false, encryptionKey: key, passwordIterations: djangoIterations })
  database = createDatabase(stack.databaseUrl, () => undefined)
})
afterAll(async () => {
  await database.close()
  await stack.close()
})
beforeEach(() => stack.query('TRUNCATE users_user CASCADE'))

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
const take = (dump: string, options: Partial<ImportOptions> = {}): Promise<ImportSummary> =>
  importUsers(readDump(one(dump)), database, { batchSize: 500, dryRun: false, update: false, ...options })

const people = (count: number, of: (index: number) => Partial<DjangoUser> = () => ({})): DjangoUser[] =>
  Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    email: `person${index}@example.com`,
    password: `Vigorous-Kettlé${index}!`,
    first_name: 'Pérson',
    last_name: `"O'Neil"\\\u2028\t😀${index}`,
    user_role: 'PROPERTY_OWNER',
    phone_number: null,
    ...of(index),
  }))
const stored = async (email: string): Promise<Record<string, unknown>> =>
  (await stack.query('SELECT * FROM users_user WHERE email = $1', [email]))[0] ?? {}

const checkPassword = async (plain: string, hash: unknown): Promise<unknown> =>
  python(
    `from django.conf import settings
settings.configure()
from django.contrib.auth.hashers import check_password
print(json.dumps(check_password(data['plain'], data['hash'])))`,
    { plain, hash },
  )
const openWithPython = async (token: unknown): Promise<unknown> =>
  python(
    `from cryptography.fernet import Fernet
print(json.dumps(Fernet(data['key'].encode()).decrypt(data['token'].encode()).decode()))`,
    { key, token },
  )

test.each(['json', 'jsonl'] as const)(
  'dumped by Django as %s: everybody signs in, and the LibreChat password is the same',
  async (form) => {
    const secret = 'made-by-python-and-32-characters'
    const users = people(3, (index) =>
      index === 0 ? { librechat_user_id: 'a'.repeat(24), librechat_password: secret } : {},
    )
    const dumps = await djangoDump(users, key)
    const summary = await take(dumps[form])
    expect(summary).toMatchObject({ added: 3, refused: 0, conflicts: 0, otherHashers: 0, unusablePasswords: 0 })
    expect([...summary.unknown]).toEqual([])
    for (const { id, email, password, last_name } of users) {
      const before = await stored(email)
      expect(before).toMatchObject({ id, last_name, is_active: true, last_login: null })
      expect(String(before['password'])).toMatch(/^pbkdf2_sha256\$/)
      const wrong = await stack.post('/api/users/login/', { email, password: `${password}x` })
      expect(wrong.status).toBe(401)
      const right = await stack.post('/api/users/login/', { email: email.toUpperCase(), password })
      expect(right).toMatchObject({ status: 200, body: { user: { id, email, last_name } } })
    }

    const [first] = users
    const login = await stack.post('/api/users/login/', { email: first?.email, password: first?.password })
    const { access } = login.body as { access: string }
    const handedOut = await stack.get('/api/users/librechat-password/', { authorization: `Bearer ${access}` })
    expect(handedOut.body).toEqual({ librechat_password: secret })

    // Debian's Django hashes with fewer rounds than today's: made anew in place, and Django takes it.
    const { password: upgraded } = await stored(String(first?.email))
    expect(String(upgraded).split('$')[1]).toBe(String(djangoIterations))
    expect(await checkPassword(String(first?.password), upgraded)).toBe(true)
    expect(await checkPassword('wrong', upgraded)).toBe(false)
  },
  120_000,
)

test('the reverse: Django takes the hash and Python the LibreChat password that this platform stores', async () => {
  const secret = 'Vigorous-Kettlé漢9!'
  const person = newPerson({ password: secret, confirm_password: secret })
  await stack.platform.createUser(person)
  const { password, librechat_password_encrypted: sealed } = await stored(person.email)
  expect(await checkPassword(person.password, password)).toBe(true)
  expect(await checkPassword(`${person.password} `, password)).toBe(false)
  const plain = await openWithPython(sealed)
  expect(plain).toHaveLength(32)
  expect(createFernet(key).decrypt(String(sealed))).toBe(plain)
}, 60_000)

test('again there is nothing to do; with update what Django changed comes', async () => {
  const users = people(2)
  await take((await djangoDump(users, key)).json)
  const changed = users.map((user) => ({ ...user, first_name: 'Changed', password: 'Another-Kettle9!' }))
  const { json } = await djangoDump([...changed, ...people(1, () => ({ email: 'new@example.com' }))], key)
  expect(await take(json)).toMatchObject({ added: 1, present: 2, updated: 0, refused: 0 })
  expect(await stored('person0@example.com')).toMatchObject({ first_name: 'Pérson' })
  expect(await take(json, { update: true })).toMatchObject({ added: 0, present: 0, updated: 3, refused: 0 })
  expect(await stored('person0@example.com')).toMatchObject({ first_name: 'Changed' })
  const login = { email: 'person0@example.com', password: 'Another-Kettle9!' }
  expect((await stack.post('/api/users/login/', login)).status).toBe(200)
}, 60_000)

test('whose password Django could not check either, or another hasher made, cannot sign in and is counted', async () => {
  const passwords = ['raw:!unusable', 'raw:argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA', 'Vigorous-Kettle9!']
  const { json } = await djangoDump(
    people(3, (index) => ({ password: passwords[index] })),
    key,
  )
  expect(await take(json)).toMatchObject({ added: 3, otherHashers: 1, unusablePasswords: 1 })
  for (const [index, password] of [
    [0, '!unusable'],
    [0, 'unusable'],
    [1, 'Vigorous-Kettle9!'],
  ])
    expect((await stack.post('/api/users/login/', { email: `person${index}@example.com`, password })).status).toBe(401)
}, 60_000)
