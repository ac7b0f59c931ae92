import { createHash, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { channelFileName, channelUrl } from './channel-file.ts'
import {
  keyIdOf,
  privateKeyOf,
  publicKeyOf,
  publicKeyText,
  signStatement,
  statementBytes,
  trustedKeys,
  verifyStatement,
} from './statement.ts'
import type { Statement } from './statement.ts'

// RFC 8032, section 7.1, test 1.
const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64')}\n-----END PRIVATE KEY-----\n`
const key = privateKeyOf(pem)
const trusted = trustedKeys([publicKeyText(key)])

const statement: Statement = {
  version: '1.2.3',
  channel: 'stable',
  platform: 'linux',
  arch: 'x64',
  file: 'Hestami-Chat-1.2.3.AppImage',
  sha512: createHash('sha512').update('x').digest('base64'),
  size: 1,
  notes: 'Größer, schöner.',
}

describe('a statement', () => {
  test('is these bytes, for ever', () => {
    expect(statementBytes(statement).toString('latin1')).toBe(
      [
        'hestami-update=1',
        'version=1.2.3',
        'channel=stable',
        'platform=linux',
        'arch=x64',
        'file=Hestami-Chat-1.2.3.AppImage',
        'sha512=pKvURIxJVi2CgRXROh/M6pJ/UrTVRZKX+LQ+QtqJI4vBNibkPcs43bCCSIkn7JBPtCBXRDmD6IWFF51QVRr+Yg==',
        'size=1',
        'notes=SYDamBkDNVWcTfp3xPoOUKCX7rT5dsFposSMuiIcfhiPVURyTXo8q4OegRYbVCJ7ytdckGyQ2Zo60Tq6idMLyQ==',
        '',
      ].join('\n'),
    )
    // Both as OpenSSL has them.
    expect(signStatement(statement, key)).toEqual({
      key: '06e3fd8fda29bb60',
      file: statement.file,
      signature: 'nxt8nYOBAiu8NcMoacX5s8w7pozxki/We5bAkg13j/aWmRxnwa0uHDWMxhaeRzEQKQEVD7XL2EUKh8fCTiOEDw==',
    })
    expect(keyIdOf(key)).toBe(keyIdOf(publicKeyOf(publicKeyText(key))))
  })

  const other: Partial<Statement>[] = [
    { version: '1.2.4' },
    { channel: 'beta' },
    { platform: 'win32' },
    { arch: 'arm64' },
    { file: 'Other.AppImage' },
    { sha512: createHash('sha512').update('y').digest('base64') },
    { size: 2 },
    { notes: '' },
  ]
  test.each(other)('is another one with %j', (change) => {
    const changed = { ...statement, ...change }
    const signature = { ...signStatement(statement, key), file: changed.file }
    expect(verifyStatement(changed, [signature], trusted)).toBe('wrong')
    expect(verifyStatement(changed, [signStatement(changed, key)], trusted)).toBe('signed')
  })

  test.each([
    { version: '1.2.3\nchannel=beta' },
    { version: '' },
    { channel: 'nightly' },
    { platform: 'freebsd' },
    { arch: 'ia32' },
    { file: '../x' },
    { file: 'x\nsize=2' },
    { sha512: 'x' },
    // The same 64 bytes in another spelling.
    { sha512: `${statement.sha512.slice(0, 85)}R==` },
    { size: 0 },
    { size: 1.5 },
    { size: Number.MAX_SAFE_INTEGER + 1 },
  ])('cannot be %j', (change) => {
    const [field] = Object.keys(change)
    expect(() => statementBytes({ ...statement, ...(change as Partial<Statement>) })).toThrow(
      `not a statement: ${field}`,
    )
  })

  test('is judged by the keys that are trusted', () => {
    const stranger = generateKeyPairSync('ed25519').privateKey
    const own = signStatement(statement, key)
    const strange = signStatement(statement, stranger)
    expect(verifyStatement(statement, [], trusted)).toBe('unsigned')
    expect(verifyStatement(statement, [{ ...own, file: 'Other.AppImage' }], trusted)).toBe('unsigned')
    expect(verifyStatement(statement, [strange], trusted)).toBe('unknown-key')
    expect(verifyStatement(statement, [own], new Map())).toBe('unknown-key')
    expect(verifyStatement(statement, [{ ...strange, key: own.key }], trusted)).toBe('wrong')
    expect(verifyStatement(statement, [{ ...strange, key: own.key }, own], trusted)).toBe('signed')
    expect(verifyStatement(statement, [own, strange], trustedKeys([publicKeyText(stranger)]))).toBe('signed')
  })

  test('is signed by Ed25519 keys alone', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect(() => signStatement(statement, rsa.privateKey)).toThrow(TypeError)
    const text = rsa.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
    expect(() => publicKeyOf(text)).toThrow(TypeError)
    expect(() => privateKeyOf(rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string)).toThrow(TypeError)
  })
})

test('channel files have electron-updater’s names, in a folder of their channel', () => {
  expect(channelFileName('stable', 'win32', 'x64')).toBe('stable.yml')
  expect(channelFileName('beta', 'darwin', 'universal')).toBe('beta-mac.yml')
  expect(channelFileName('stable', 'linux', 'x64')).toBe('stable-linux.yml')
  expect(channelFileName('debug', 'linux', 'arm64')).toBe('debug-linux-arm64.yml')
  expect(channelUrl('https://updates.example', 'beta')).toBe('https://updates.example/beta/')
  expect(channelUrl('https://updates.example/chat/', 'beta')).toBe('https://updates.example/chat/beta/')
})
