import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { flavours } from '../src/main/flavour.ts'
import type { FlavourName } from '../src/main/flavour.ts'
import { buildOf, checkVersion, flavourConfig, versionFor } from './flavour-config.ts'

const icons = { ico: '/i/icon.ico', icns: '/i/icon.icns', pngs: '/i/png', window: '/i/icon.png' }
const config = (name: FlavourName) =>
  flavourConfig(flavours[name], {
    version: '1.2.3',
    build: null,
    icons,
    notices: '/n',
    installer: '/nsh',
    afterRemove: '/r',
    output: '/o',
    electronDist: null,
    updateUrl: null,
  })

test.each([
  ['production', '1.2.3'],
  ['beta', '1.2.3-beta.1'],
  ['beta', '1.2.3-rc.1'],
  ['debug', '1.2.3-debug.4'],
] as const)('%s may be %s', (name, version) => expect(() => checkVersion(flavours[name], version)).not.toThrow())
test.each([
  ['production', '1.2.3-beta.1'],
  ['beta', '1.2.3'],
  ['debug', '1.2.3-beta.1'],
  ['beta', '1.2.3-debug.1'],
] as const)('%s may not be %s: it would be another flavour when it runs', (name, version) =>
  expect(() => checkVersion(flavours[name], version)).toThrow('is a version of'),
)
test.each([
  ['production', '1.2.3', '1.2.3'],
  ['production', '1.2.3-beta.1', '1.2.3'],
  ['beta', '1.2.3', '1.2.3-beta.0'],
  ['debug', '1.2.3-beta.1', '1.2.3-debug.0'],
] as const)('%s of %s is %s', (name, version, wanted) => expect(versionFor(name, version)).toBe(wanted))

test('installed side by side nothing is shared', () => {
  const all = (['production', 'beta', 'debug'] as const).map(config)
  const values = (pick: (one: ReturnType<typeof config>) => unknown): number =>
    new Set(all.map((one) => JSON.stringify(pick(one)))).size
  expect(values((one) => one.appId)).toBe(3)
  expect(values((one) => one.productName)).toBe(3)
  expect(values((one) => one.linux?.executableName)).toBe(3)
  expect(values((one) => one.protocols)).toBe(3)
  expect(values((one) => one.extraMetadata)).toBe(3)
  expect(values((one) => one.publish)).toBe(3)
  expect(values((one) => one.linux?.desktop)).toBe(3)
})

test('only the debug flavour brings the replay along', () => {
  const files = (name: FlavourName): string => JSON.stringify(config(name).files)
  expect(files('debug')).toContain('out/replay')
  for (const name of ['production', 'beta'] as const) expect(files(name)).not.toContain('replay')
})

test('a build says which commit it is of, where there is a history', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hestami-source-'))
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: folder, stdio: 'pipe' })
  try {
    expect(buildOf(folder)).toBeNull()
    git('init', '-q')
    git('-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit', '-q', '--allow-empty', '-m', 'x')
    expect(buildOf(folder)).toEqual({
      commit: expect.stringMatching(/^[0-9a-f]{7,}$/),
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
