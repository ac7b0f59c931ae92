import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createFernet, FernetError } from './fernet.ts'
import { python } from './testing/python.ts'

const key = (): string => randomBytes(32).toString('base64url')
/** The vectors of the Fernet spec (generate.json, verify.json, invalid.json); 499162800 is 1985-10-26T01:20:00-07:00. */
const secret = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4='
const start = 499_162_800_000
const known = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=='

test('the spec: generate and verify', () => {
  const iv = Uint8Array.from({ length: 16 }, (_, index) => index)
  expect(createFernet(secret).encrypt('hello', start, iv)).toBe(known)
  expect(createFernet(secret).decrypt(known, { ttlSeconds: 60, now: start + 1000 })).toBe('hello')
})

test.each([
  [
    'incorrect mac',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==',
    'bad signature',
  ],
  ['too short', 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==', 'malformed token'],
  [
    'invalid base64',
    '%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
    'malformed token',
  ],
  [
    'payload size not multiple of block size',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm',
    'malformed token',
  ],
  [
    'payload padding error',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==',
    'bad padding',
  ],
  [
    'far-future timestamp',
    'gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==',
    'issued in the future',
  ],
  [
    'expired ttl',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
    'expired',
  ],
  [
    'incorrect IV',
    'gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==',
    'bad padding',
  ],
])('the spec: invalid, %s', (_name, token, why) => {
  const now = why === 'expired' ? start + 98_000 : start + 1000
  expect(() => createFernet(secret).decrypt(token, { ttlSeconds: 60, now })).toThrow(new FernetError(why))
})

test('the newest key encrypts, all decrypt, another does not', () => {
  const [old, fresh] = [key(), key()]
  const token = createFernet(old).encrypt('kept')
  const both = createFernet(`${fresh}, ${old}=`)
  expect(both.decrypt(token)).toBe('kept')
  expect(createFernet(fresh).decrypt(both.encrypt('new'))).toBe('new')
  expect(() => createFernet(fresh).decrypt(token)).toThrow('bad signature')
})

test.each(['', ' , ', 'short', `${'A'.repeat(42)}*=`, Buffer.alloc(31).toString('base64url')])(
  'refuses the key %j, without repeating it',
  (bad) => {
    expect(() => createFernet(bad)).toThrow(/^(no Fernet key|a Fernet key is 32 bytes in url-safe base64)$/)
  },
)

test('Python reads what is written here, and the reverse', async () => {
  const shared = `${key()}=`
  const texts = ['', 'a', 'x'.repeat(16), 'Ünïcödé ✓ 漢字', 'y'.repeat(5000)]
  const ours = texts.map((text) => createFernet(shared).encrypt(text))
  const answer = await python(
    `from cryptography.fernet import Fernet
fernet = Fernet(data['key'].encode())
print(json.dumps({
  'read': [fernet.decrypt(token.encode()).decode() for token in data['tokens']],
  'written': [fernet.encrypt(text.encode()).decode() for text in data['texts']],
}))`,
    { key: shared, tokens: ours, texts },
  )
  const { read, written } = answer as { read: string[]; written: string[] }
  expect(read).toEqual(texts)
  expect(written.map((token) => createFernet(shared).decrypt(token))).toEqual(texts)
})

test('rotated as by MultiFernet, both ways, and the time of the token stays', async () => {
  const [old, fresh] = [`${key()}=`, `${key()}=`]
  const made = Date.parse('2024-05-06T07:08:09Z')
  const token = createFernet(old).encrypt('kept', made)
  const both = createFernet(`${fresh},${old}`)
  const ours = both.rotate(token)
  expect([both.isNewest(token), both.isNewest(ours)]).toEqual([false, true])
  expect(() => createFernet(fresh).isNewest(token)).toThrow('bad signature')
  const answer = await python(
    `from cryptography.fernet import Fernet, MultiFernet
fresh = Fernet(data['fresh'].encode())
theirs = MultiFernet([fresh, Fernet(data['old'].encode())]).rotate(data['token'].encode())
print(json.dumps({
  'read': fresh.decrypt(data['ours'].encode()).decode(),
  'times': [fresh.extract_timestamp(t) for t in (data['ours'].encode(), theirs)],
  'theirs': theirs.decode(),
}))`,
    { fresh, old, token, ours },
  )
  const { read, times, theirs } = answer as { read: string; times: number[]; theirs: string }
  expect(read).toBe('kept')
  expect(times).toEqual([made / 1000, made / 1000])
  expect(createFernet(fresh).decrypt(theirs)).toBe('kept')
  expect(both.isNewest(theirs)).toBe(true)
})
