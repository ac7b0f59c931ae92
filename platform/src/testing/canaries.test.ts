import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCanaryScanner } from './canaries.ts'

const secret = 'Grüße-"from"-the/mine+shaft'
const scanner = createCanaryScanner({ mine: secret })
const bytes = Buffer.from(secret)

test.each<[string, string | Buffer]>([
  ['plain', `a=${secret};`],
  ['hex', `x${bytes.toString('hex')}y`],
  ['HEX', bytes.toString('hex').toUpperCase()],
  ['url', `?q=${encodeURIComponent(secret)}`],
  ['url lower', 'Gr%c3%bc%c3%9fe-%22from%22-the%2fmine%2bshaft'],
  ['url all', Array.from(bytes, (byte) => `%${byte.toString(16)}`).join('')],
  ['url ALL', Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase()}`).join('')],
  ['form', 'password=Gr%C3%BC%C3%9Fe-%22from%22-the%2Fmine%2Bshaft&x=1'],
  ['json', JSON.stringify({ a: [secret] })],
  ['json ascii', '{"a":"Gr\\u00fc\\u00dfe-\\"from\\"-the/mine+shaft"}'],
  ['json twice', JSON.stringify(JSON.stringify({ a: secret }))],
  ['reversed', Array.from(secret).toReversed().join('')],
  ['base64+0', Buffer.from(`${secret}!`).toString('base64')],
  ['base64+1', Buffer.from(`a${secret}bc`).toString('base64')],
  ['base64+2', Buffer.from(`ab${secret}`).toString('base64')],
  ['base64url+0', Buffer.from(`${secret}.`).toString('base64url')],
  ['base64url+2', Buffer.from(`abcde${secret}x`).toString('base64url')],
  ['base64url+1', Buffer.from(`abcd${secret}`).toString('base64url')],
  ['utf-16le', Buffer.from(`x${secret}`, 'utf16le')],
  ['utf-16be', Buffer.from(secret, 'utf16le').swap16()],
])('finds it: %s', (encoding, content) => {
  expect(scanner.scan('here', content)).toContainEqual({ canary: 'mine', encoding, place: 'here' })
})

test('finds nothing where there is nothing, and every file of a folder', async () => {
  expect(scanner.scan('here', Buffer.alloc(100_000, 'Grüße-from-the-mine'))).toEqual([])
  const folder = await mkdtemp(join(tmpdir(), 'canaries-'))
  await mkdir(join(folder, 'deep/er'), { recursive: true })
  await writeFile(join(folder, 'deep/er/file'), Buffer.concat([Buffer.alloc(70_000), bytes]))
  await writeFile(join(folder, 'other'), 'nothing')
  const found = await scanner.scanFolder(folder)
  await rm(folder, { recursive: true })
  expect(found.map(({ place }) => place)).toContain(join(folder, 'deep/er/file'))
  expect(found.some(({ place }) => place.endsWith('other'))).toBe(false)
})
