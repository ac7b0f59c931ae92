import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'

const at = (path: string): string => resolve(import.meta.dirname, '../..', path)

/** The code without its comments, which may well name what it must not do. */
const code = async (path: string): Promise<string> =>
  (await readFile(at(path), 'utf8')).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

describe('the package', () => {
  test('flips every fuse that electron-builder knows', async () => {
    const text = await readFile(at('electron-builder.yml'), 'utf8')
    const block = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? ''
    expect(
      Object.fromEntries(
        block
          .trim()
          .split('\n')
          .map((line) => line.trim().split(': ')),
      ),
    ).toEqual({
      runAsNode: 'false',
      enableCookieEncryption: 'true',
      enableNodeOptionsEnvironmentVariable: 'false',
      enableNodeCliInspectArguments: 'false',
      enableEmbeddedAsarIntegrityValidation: 'true',
      onlyLoadAppFromAsar: 'true',
      loadBrowserProcessSpecificV8Snapshot: 'false',
      grantFileProtocolExtraPrivileges: 'false',
    })
  })

  test('asks macOS for nothing but the compiler of V8', async () => {
    const text = await readFile(at('resources/entitlements.mac.plist'), 'utf8')
    expect([...text.matchAll(/<key>(.*)<\/key>/g)].map((found) => found[1])).toEqual([
      'com.apple.security.cs.allow-jit',
    ])
  })

  test('has an icon of 512 pixels', async () => {
    const png = await readFile(at('resources/icon.png'))
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512])
  })
})

describe('the built main', () => {
  let main: string
  beforeAll(async () => {
    await ensureBuilt()
    main = await code('out/main/index.js')
  })

  test.each([
    '"certificate-error"',
    'setCertificateVerifyProc',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'loadFile',
    'file://',
    'executeJavaScript',
    'openPath',
    'findCredentials',
    'findPassword',
    'ELECTRON_RUN_AS_NODE',
  ])('never says %s', (word) => {
    expect(main).not.toContain(word)
  })

  test.each(['ipcMain.handle(', 'new BrowserWindow('])('says %s once', (call) => {
    expect(main.split(call)).toHaveLength(2)
  })
})

test('the built preload requires nothing but electron', async () => {
  await ensureBuilt()
  const preload = await code('out/preload/index.cjs')
  expect([...preload.matchAll(/require\("(.*?)"\)/g)].map((found) => found[1])).toEqual(['electron'])
  expect(preload).not.toMatch(/\bzod\b/)
})
