import { execFile } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { createPackage, extractAll } from '@electron/asar'
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asarFiles,
  asarHeaderHash,
  contentProblems,
  fuseProblems,
  integrityProblems,
  packedMetadata,
} from '../../packaging/check-packed.ts'
import { flavours } from '../../src/main/flavour.ts'
import type { FlavourName } from '../../src/main/flavour.ts'
import { ensureBuilt } from '../electron/build.ts'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)
const names = ['production', 'beta', 'debug'] as const

let folder = ''
const said = new Map<FlavourName, string>()
beforeAll(async () => {
  await ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'hestami-packed-'))
  const pack = async (name: FlavourName): Promise<void> => {
    const args = ['packaging/run.ts', '--placeholder', '--flavour', name, '--output', join(folder, name)]
    said.set(name, (await run(process.execPath, args, { cwd: root, maxBuffer: 8 * 1024 * 1024 })).stdout)
  }
  await Promise.all(names.map(pack))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const app = (name: FlavourName): string => join(folder, name, 'linux-unpacked')
const resources = (name: FlavourName): string => join(app(name), 'resources')
const asar = (name: FlavourName): string => join(resources(name), 'app.asar')
const program = (name: FlavourName): string => join(app(name), flavours[name].executableName)
const metadata = (name: FlavourName) => packedMetadata(asar(name))

/** Packages inside the app. Whoever adds one adds it here, and so decides that it ships. */
const packages = [
  '@keyv/serialize',
  '@sec-ant/readable-stream',
  '@sindresorhus/is',
  'argparse',
  'better-sqlite3',
  'builder-util-runtime',
  'byte-counter',
  'cacheable-request',
  'chunk-data',
  'debug',
  'decompress-response',
  'electron-updater',
  'eventsource-parser',
  'fs-extra',
  'get-stream',
  'got',
  'graceful-fs',
  'http-cache-semantics',
  'is-stream',
  'js-yaml',
  'jsonfile',
  'keytar',
  'keyv',
  'lazy-val',
  'lodash.escaperegexp',
  'lodash.isequal',
  'lowercase-keys',
  'mimic-response',
  'ms',
  'normalize-url',
  'responselike',
  'sax',
  'semver',
  'tagged-tag',
  'tiny-typed-emitter',
  'type-fest',
  'uint8array-extras',
  'universalify',
  'zod',
]
/** Everything else inside, by patterns. */
const own = [
  /^package\.json$/,
  /^out\/main\/[\w-]+\.js$/,
  /^out\/preload\/index\.cjs$/,
  /^out\/renderer\/(index|quick|safe)\.html$/,
  /^out\/renderer\/assets\/[\w-]+\.(js|css|svg)$/,
  /^resources\/icon\.png$/,
]

describe.each(names)('the package of %s', (name) => {
  const flavour = flavours[name]

  test('was packed with a placeholder, and says so', () => {
    expect(said.get(name)).toContain('packing with a placeholder')
    expect(said.get(name)).toContain(`checked: ${program(name)}`)
  })

  test('holds what runs, and nothing else', () => {
    const files = asarFiles(asar(name))
    const known = [
      ...own,
      new RegExp(`^resources/tray/${name}/[\\w@-]+\\.png$`),
      ...(name === 'debug' ? [/^out\/replay\//] : []),
    ]
    const unknown = files.filter(
      (path) => !path.startsWith('node_modules/') && !known.some((pattern) => pattern.test(path)),
    )
    expect(unknown).toEqual([])
    const found = files.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])
    expect([...new Set(found)].sort()).toEqual(packages)
    expect(contentProblems(resources(name), { natives: 2, developer: flavour.developer })).toEqual([])
  })

  test('has the fuses that are wanted, all nine', async () => {
    expect(await fuseProblems(program(name))).toEqual([])
    const bytes = readFileSync(program(name))
    const wire = bytes.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX') + 32
    expect([...bytes.subarray(wire, wire + 2)]).toEqual([1, 9])
    expect(bytes.toString('latin1', wire + 2, wire + 11)).toBe('010011001')
  })

  test('says who it is', () => {
    expect(metadata(name)).toMatchObject({
      name: flavour.executableName,
      productName: flavour.productName,
      main: 'out/main/index.js',
      desktopName: `${flavour.executableName}.desktop`,
    })
    expect(metadata(name)).not.toHaveProperty('devDependencies')
    expect(metadata(name)).not.toHaveProperty('scripts')
  })

  test('names the licences of what it contains', () => {
    const notices = readFileSync(join(app(name), 'THIRD-PARTY-NOTICES.txt'), 'utf8')
    for (const part of ['react ', 'zod ', 'better-sqlite3', 'electron-updater ', 'marked '])
      expect(notices).toContain(`\n${part}`)
    expect(notices.match(/No licence text is shipped/g)?.length ?? 0).toBeLessThan(4)
    expect(notices).not.toMatch(/\nvitest /)
  })

  test('says which channel its updates are of', () => {
    const text = readFileSync(join(resources(name), 'app-update.yml'), 'utf8')
    expect(text).toContain(`channel: ${flavour.updateChannel}`)
  })
})

describe('the check after packing', () => {
  let copy = ''
  beforeAll(() => {
    copy = join(folder, 'copy')
    cpSync(app('production'), copy, { recursive: true })
  })
  const problems = (): string[] => contentProblems(join(copy, 'resources'), { natives: 2, developer: false })

  test.each(['RunAsNode', 'OnlyLoadAppFromAsar', 'WasmTrapHandlers'] as const)(
    'sees that the fuse %s is wrong',
    async (fuse) => {
      const broken = join(folder, 'broken')
      copyFileSync(program('production'), broken)
      await flipFuses(broken, { version: FuseVersion.V1, [FuseV1Options[fuse]]: fuse === 'RunAsNode' })
      expect(await fuseProblems(broken)).toEqual([expect.stringContaining(`fuse ${fuse} is not`)])
    },
  )

  test.each([
    ['out/main/index.js.map', 'a source map'],
    ['src/main/app.ts', 'a source file'],
    ['dev/double.js', 'a file of development'],
    ['node_modules/vitest/index.js', 'a package of development'],
    ['signing.pem', 'a secret'],
    ['out/replay/index.js', 'for debug builds only'],
  ])('sees %s', async (path, what) => {
    const work = mkdtempSync(join(folder, 'asar-'))
    extractAll(asar('production'), work)
    const parts = path.split('/')
    cpSync(join(work, 'package.json'), join(work, ...parts), { recursive: true })
    await createPackage(work, join(copy, 'resources/app.asar'))
    expect(problems().join('\n')).toContain(what)
  })

  test('sees a native module of another system', () => {
    copyFileSync(asar('production'), join(copy, 'resources/app.asar'))
    expect(problems()).toEqual([])
    const keytar = join(copy, 'resources/app.asar.unpacked/node_modules/keytar')
    writeFileSync(join(keytar, 'prebuilds/other.node'), '')
    expect(problems()).toEqual([expect.stringContaining('3 native modules')])
    rmSync(join(keytar, 'prebuilds/other.node'))
    // A script there would run although nothing vouches for it.
    writeFileSync(join(keytar, 'index.js'), '')
    expect(problems()).toEqual(['node_modules/keytar/index.js is not in the asar'])
  })
})

test.each([
  ['darwin', 'Contents/Info.plist'],
  ['win32', 'Hestami Chat.exe'],
])('on %s the hash of the asar has to be in the program', (platform, place) => {
  const at = join(folder, platform)
  const where = join(at, platform === 'darwin' ? 'Contents/Resources' : 'resources')
  mkdirSync(where, { recursive: true })
  copyFileSync(asar('production'), join(where, 'app.asar'))
  const check = (): string[] => integrityProblems(platform, join(at, place), where)
  expect(check()).toEqual([expect.stringContaining('is missing')])
  writeFileSync(join(at, place), `…${asarHeaderHash(asar('beta'))}…`)
  expect(check()).toEqual([expect.stringContaining('does not hold the hash')])
  writeFileSync(join(at, place), `…${asarHeaderHash(asar('production'))}…`)
  expect(check()).toEqual([])
})

test('a version of another flavour is refused before anything is packed', async () => {
  const args = [
    'packaging/run.ts',
    '--placeholder',
    '--flavour',
    'production',
    '--version',
    '1.0.0-beta.1',
    '--output',
    join(folder, 'no'),
  ]
  await expect(run(process.execPath, args, { cwd: root })).rejects.toMatchObject({
    stderr: expect.stringContaining('1.0.0-beta.1 is a version of beta, not of production'),
  })
})
