import { expect, test } from 'vitest'
import { python } from '../testing/python.ts'
import { createPasswordHash, djangoIterations } from './password-hash.ts'

test('Python derives the same hash, and a hash made in Python is taken', async () => {
  const password = 'Vigorous-Kettle9! ünï'
  const ours = await createPasswordHash(1200).make(password)
  const theirs = (await python(
    `import hashlib, base64
def encode(rounds, salt):
    key = hashlib.pbkdf2_hmac('sha256', data['password'].encode(), salt.encode(), rounds)
    return 'pbkdf2_sha256$%d$%s$%s' % (rounds, salt, base64.b64encode(key).decode())
_, rounds, salt, _ = data['ours'].split('$')
print(json.dumps([encode(int(rounds), salt), encode(1200, 'someSalt0123456789abcd')]))`,
    { password, ours },
  )) as string[]
  expect(theirs[0]).toBe(ours)
  expect(await createPasswordHash(1200).check(password, theirs[1] ?? '')).toBe('right')
  expect(await createPasswordHash(1200).check(`${password}x`, theirs[1] ?? '')).toBe('wrong')
})

test('is Django 5.1 in form and strength', async () => {
  const encoded = await createPasswordHash().make('Vigorous-Kettle9!')
  expect(djangoIterations).toBe(870_000)
  expect(encoded).toMatch(/^pbkdf2_sha256\$870000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=$/)
  expect(encoded.length).toBeLessThanOrEqual(128)
})

test('a hash of fewer rounds is right, and to be made anew', async () => {
  const old = await createPasswordHash(500).make('secret')
  expect(await createPasswordHash(1000).check('secret', old)).toBe('outdated')
  expect(await createPasswordHash(500).check('secret', old)).toBe('right')
  expect(await createPasswordHash(1000).check('Secret', old)).toBe('wrong')
})

test.each([null, '', '!unusable', 'md5$salt$hash', 'pbkdf2_sha256$0$salt$AAAA', 'pbkdf2_sha256$99999999$salt$AAAA'])(
  'nothing fits %j',
  async (encoded) => {
    expect(await createPasswordHash(10).check('', encoded)).toBe('wrong')
  },
)

test('every kind of no takes the same work', async () => {
  const rounds = 200_000
  const hash = createPasswordHash(rounds)
  const encoded = [await hash.make('right'), await createPasswordHash(rounds / 4).make('right'), null, '!unusable']
  const took = async (stored: string | null): Promise<number> => {
    const started = performance.now()
    await hash.check('wrong', stored)
    return performance.now() - started
  }
  const times: number[] = []
  for (const stored of encoded) times.push(Math.min(await took(stored), await took(stored), await took(stored)))
  expect(Math.max(...times) / Math.min(...times)).toBeLessThan(2)
})
