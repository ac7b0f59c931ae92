import { generateKeyPairSync } from 'node:crypto'
import { dump } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { acceptUpdate, rolloutPlace } from './accept.ts'
import type { Installed } from './accept.ts'
import { keyIdOf, signStatement } from './statement.ts'
import type { Statement } from './statement.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const trusted = new Map([[keyIdOf(publicKey), publicKey]])
const installed: Installed = {
  version: '1.0.0',
  channel: 'stable',
  platform: 'linux',
  arch: 'x64',
  extension: '.AppImage',
  highest: null,
  installId: '0'.repeat(32),
}

function release(patch: Partial<Statement> = {}, more: object = {}): string {
  const statement: Statement = {
    version: '1.1.0',
    channel: 'stable',
    platform: 'linux',
    arch: 'x64',
    file: 'Hestami-Chat.AppImage',
    sha512: `${'A'.repeat(86)}==`,
    size: 10,
    notes: '',
    ...patch,
  }
  const { version, channel, platform, arch, file, sha512, size, notes } = statement
  const signatures = [signStatement(statement, privateKey)]
  const hestami = { format: 1, channel, platform, arch, signatures }
  return dump({ version, files: [{ url: file, sha512, size }], releaseNotes: notes, hestami, ...more })
}
const judge = (text: string, patch: Partial<Installed> = {}): unknown => {
  const judged = acceptUpdate(text, { ...installed, ...patch }, trusted, '6.1.0-12-amd64')
  return judged.kind === 'update' ? judged.update.info : judged
}
const none = (reason: string): object => ({ kind: 'none', reason })

describe('what is for this installation', () => {
  test('a universal file is for every processor', () => {
    const text = release({ platform: 'darwin', arch: 'universal', file: 'Hestami-Chat-universal.zip' })
    const mac = { platform: 'darwin', extension: '.zip' } as const
    expect(judge(text, { ...mac, arch: 'arm64' })).toMatchObject({ version: '1.1.0' })
    expect(judge(text, { ...mac, arch: 'x64' })).toMatchObject({ version: '1.1.0' })
  })

  test('a beta follows a beta, and no other channel’s version', () => {
    const beta: Partial<Installed> = { channel: 'beta', version: '1.1.0-beta.2' }
    expect(judge(release({ channel: 'beta', version: '1.1.0-beta.10' }), beta)).toMatchObject({
      version: '1.1.0-beta.10',
    })
    const other = { kind: 'refused', reason: 'version-of-another-channel' }
    expect(judge(release({ channel: 'beta', version: '1.1.0' }), beta)).toEqual(other)
    expect(judge(release({ channel: 'beta', version: '1.2.0-debug.1' }), beta)).toEqual(other)
  })

  test('what is compared are numbers, not letters', () => {
    expect(judge(release({ version: '1.10.0' }), { version: '1.9.0' })).toMatchObject({ version: '1.10.0' })
    expect(judge(release({ version: '1.9.0' }), { version: '1.10.0' })).toEqual(none('older'))
  })

  test('the system’s version, and a minimum that is none', () => {
    expect(judge(release({}, { minimumSystemVersion: '6.1.0' }))).toMatchObject({ version: '1.1.0' })
    expect(judge(release({}, { minimumSystemVersion: '6.2.0' }))).toEqual(none('system-too-old'))
    expect(judge(release({}, { minimumSystemVersion: 'any' }))).toMatchObject({ version: '1.1.0' })
  })
})

describe('a staged roll-out', () => {
  const ids = Array.from({ length: 2000 }, (_, at) => at.toString(16).padStart(32, '0'))

  test('reaches its share, and whoever it has reached stays reached', () => {
    const reached = (percent: number): string[] => ids.filter((id) => rolloutPlace(id, '1.1.0') < percent)
    const [none, tenth, half, all] = [reached(0), reached(10), reached(50), reached(100)]
    expect(none).toEqual([])
    expect(tenth.length).toBeGreaterThan(150)
    expect(tenth.length).toBeLessThan(250)
    expect(half.length).toBeGreaterThan(900)
    expect(half.length).toBeLessThan(1100)
    expect(all).toEqual(ids)
    expect(tenth.every((id) => half.includes(id))).toBe(true)
    const [inside = '', outside = ''] = [tenth[0], ids.find((id) => !tenth.includes(id))]
    const text = release({}, { stagingPercentage: 10 })
    expect(judge(text, { installId: inside })).toMatchObject({ version: '1.1.0' })
    expect(judge(text, { installId: outside })).toEqual({ kind: 'none', reason: 'not-in-rollout' })
  })

  test('has others first each time', () => {
    const first = (version: string): string[] => ids.filter((id) => rolloutPlace(id, version) < 10)
    const next = first('1.2.0')
    const again = first('1.1.0').filter((id) => next.includes(id))
    expect(again.length).toBeLessThan(60)
    expect(first('1.1.0')).toEqual(first('1.1.0'))
  })
})

test('notes are plain: nothing that a terminal obeys or that turns text around', () => {
  const notes = '# New\r\n\r\n* a\u0007b\u001b[31m\n* \u202egpj.exe\u2066x\u2069 – ok\tok'
  expect(judge(release({ notes }))).toMatchObject({ notes: '# New\n\n* ab[31m\n* gpj.exex – ok\tok', releasedAt: null })
})
