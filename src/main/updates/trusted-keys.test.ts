import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { publicKeyText } from './statement.ts'
import { readUpdateBuild, trustedKeysOf, updateBuild } from './trusted-keys.ts'

const newKey = (): string => publicKeyText(generateKeyPairSync('ed25519').publicKey)
const nothing = { url: null, keys: [], publishers: [], downloadPage: null }

test('sources that were not built know no server, no key and no publisher', () => {
  expect(updateBuild).toEqual(nothing)
  expect(readUpdateBuild({})).toEqual(nothing)
  expect(readUpdateBuild({ HESTAMI_UPDATE_URL: ' ', HESTAMI_UPDATE_KEYS: '', HESTAMI_UPDATE_PUBLISHERS: '' })).toEqual(
    nothing,
  )
})

test('what a build is given', () => {
  const [old, next] = [newKey(), newKey()]
  const build = readUpdateBuild({
    HESTAMI_UPDATE_URL: 'https://updates.example/chat/',
    HESTAMI_UPDATE_KEYS: `${old},\n ${next}`,
    HESTAMI_UPDATE_PUBLISHERS: 'CN=Hestami, O="Hestami, Inc.", C=US | CN=Hestami Next',
    HESTAMI_DOWNLOAD_PAGE: 'https://www.example/download',
  })
  expect(build).toEqual({
    url: 'https://updates.example/chat/',
    keys: [old, next],
    publishers: ['CN=Hestami, O="Hestami, Inc.", C=US', 'CN=Hestami Next'],
    downloadPage: 'https://www.example/download',
  })
  expect(trustedKeysOf(build).size).toBe(2)
})

test.each([
  { HESTAMI_UPDATE_URL: 'http://updates.example/' },
  { HESTAMI_UPDATE_URL: 'updates.example' },
  { HESTAMI_DOWNLOAD_PAGE: 'http://www.example/' },
  { HESTAMI_UPDATE_KEYS: 'AAAA' },
  { HESTAMI_UPDATE_KEYS: `${newKey()},x` },
])('a build is not made with %j', (env) => {
  expect(() => readUpdateBuild(env)).toThrow(Object.keys(env)[0])
})
