import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { createPackage } from '@electron/asar'
import { parse } from 'plist'
import { NtExecutable, NtExecutableResource, Resource } from 'resedit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asarFiles,
  asarHeaderHash,
  fuseProblems,
  integrityProblems,
  packedMetadata,
} from '../../packaging/check-packed.ts'
import { flavours } from '../../src/main/flavour.ts'
import { ensureBuilt } from '../electron/build.ts'

// Apps for macOS and Windows, laid out on any system; what needs the systems themselves is in docs/release.md.

const root = resolve(import.meta.dirname, '../..')
const flavour = flavours.beta
let folder = ''
beforeAll(async () => {
  await ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'hestami-systems-'))
  const pack = async (system: string): Promise<void> => {
    const args = ['packaging/run.ts', '--placeholder', '--flavour', flavour.name, '--system', system]
    await promisify(execFile)(process.execPath, [...args, '--output', join(folder, system)], {
      cwd: root,
      maxBuffer: 8 * 1024 * 1024,
    })
  }
  await Promise.all(['darwin', 'win32'].map(pack))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const under = (at: string): string[] =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(at.length + 1))
    .sort()

const expectSameApp = (asar: string): void => {
  expect(packedMetadata(asar)).toMatchObject({ name: flavour.executableName, productName: flavour.productName })
  expect(asarFiles(asar)).toContain(`resources/tray/${flavour.name}/template@2x.png`)
}

describe('the app for macOS', () => {
  const contents = (): string => {
    const [mac = ''] = readdirSync(join(folder, 'darwin')).filter((name) => name.startsWith('mac'))
    return join(folder, 'darwin', mac, `${flavour.productName}.app/Contents`)
  }
  const asar = (): string => join(contents(), 'Resources/app.asar')

  test('names itself, its links and nothing else in Info.plist', () => {
    const info = parse(readFileSync(join(contents(), 'Info.plist'), 'utf8')) as Record<string, unknown>
    expect(info).toMatchObject({
      CFBundleIdentifier: flavour.appId,
      CFBundleName: flavour.productName,
      CFBundleExecutable: flavour.productName,
      CFBundleURLTypes: [{ CFBundleURLSchemes: [flavour.protocol] }],
      LSApplicationCategoryType: 'public.app-category.productivity',
      LSMinimumSystemVersion: '13.0',
    })
    expect(info).not.toHaveProperty('CFBundleDocumentTypes')
    expect(info['ElectronAsarIntegrity']).toEqual({
      'Resources/app.asar': { algorithm: 'SHA256', hash: asarHeaderHash(asar()) },
    })
  })

  test('has its own icon, program, helpers and fuses', async () => {
    expect(readFileSync(join(contents(), 'Resources/icon.icns')).toString('latin1', 0, 4)).toBe('icns')
    expect(readdirSync(join(contents(), 'Frameworks'))).toContain(`${flavour.productName} Helper (Renderer).app`)
    expect(await fuseProblems(join(contents(), 'MacOS', flavour.productName))).toEqual([])
    expectSameApp(asar())
  })

  test('has the native modules of both processors, and nothing else, beside the asar', () => {
    expect(under(join(contents(), 'Resources/app.asar.unpacked'))).toEqual([
      'node_modules/better-sqlite3/prebuilds/darwin-arm64.node',
      'node_modules/better-sqlite3/prebuilds/darwin-x64.node',
      'node_modules/keytar/prebuilds/darwin-arm64/keytar.node',
      'node_modules/keytar/prebuilds/darwin-x64/keytar.node',
    ])
  })
})

describe('the app for Windows', () => {
  const app = (): string => {
    const [unpacked = ''] = readdirSync(join(folder, 'win32')).filter((name) => name.endsWith('unpacked'))
    return join(folder, 'win32', unpacked)
  }
  const program = (): string => join(app(), `${flavour.productName}.exe`)
  const asar = (): string => join(app(), 'resources/app.asar')
  const resources = () => NtExecutableResource.from(NtExecutable.from(readFileSync(program())))

  test('holds the hash of its asar', () => {
    const [entry] = resources().entries.filter(({ type }) => type === 'INTEGRITY')
    expect(JSON.parse(Buffer.from(entry?.bin ?? new ArrayBuffer(0)).toString('utf8'))).toEqual([
      { file: 'resources\\app.asar', alg: 'SHA256', value: asarHeaderHash(asar()) },
    ])
  })

  test('says whose it is, with an icon in nine sizes', () => {
    const { entries } = resources()
    const strings = Resource.VersionInfo.fromEntries(entries)[0]?.getStringValues({ lang: 1033, codepage: 1200 })
    expect(strings).toMatchObject({
      ProductName: flavour.productName,
      FileDescription: flavour.productName,
      CompanyName: 'Hestami',
    })
    expect(Resource.IconGroupEntry.fromEntries(entries)[0]?.icons.map(({ width }) => width || 256)).toEqual([
      16, 20, 24, 32, 40, 48, 64, 128, 256,
    ])
  })

  test('has its fuses, and two native modules beside the asar', async () => {
    expect(await fuseProblems(program())).toEqual([])
    expect(under(join(app(), 'resources/app.asar.unpacked'))).toEqual([
      `node_modules/better-sqlite3/prebuilds/win32-${process.arch}.node`,
      `node_modules/keytar/prebuilds/win32-${process.arch}/keytar.node`,
    ])
    expectSameApp(asar())
  })

  test('a changed asar is seen', async () => {
    const check = (): string[] => integrityProblems('win32', program(), join(app(), 'resources'))
    expect(check()).toEqual([])
    // The header, which the program's hash covers, has a hash of every file.
    const other = mkdtempSync(join(folder, 'other-'))
    appendFileSync(join(other, 'package.json'), '{}')
    await createPackage(other, asar())
    expect(check()).toEqual([expect.stringContaining('does not hold the hash')])
  })
})

test('the uninstaller asks before it deletes what the user wrote, and never in an update', () => {
  const text = readFileSync(join(root, 'resources/installer.nsh'), 'utf8')
  const steps = [
    '${ifNot} ${isUpdated}',
    '${ifNot} ${Silent}',
    'MB_DEFBUTTON2',
    'SetShellVarContext current',
    'RMDir /r',
  ]
  const places = steps.map((step) => text.indexOf(step))
  expect(places).not.toContain(-1)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(text.match(/RMDir.*/g)).toEqual(['RMDir /r "$LOCALAPPDATA\\${HESTAMI_DATA}"'])
})
