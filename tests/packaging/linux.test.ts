import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flavours } from '../../src/main/flavour.ts'
import { refusedSwitch } from '../../src/main/system/start/launch-switches.ts'
import { ensureBuilt } from '../electron/build.ts'

// What is asked of the tools that make Linux packages. They are stood in for: Debian has no fpm, and none of them is needed elsewhere.

const root = resolve(import.meta.dirname, '../..')
const flavour = flavours.beta
let folder = ''

/** AppImage's tools as electron-builder fetches them; the runtime is what an AppImage begins with. */
function writeTools(tools: string): void {
  mkdirSync(join(tools, 'runtimes'), { recursive: true })
  mkdirSync(join(tools, 'lib', process.arch), { recursive: true })
  symlinkSync(join(import.meta.dirname, 'mksquashfs.mjs'), join(tools, 'mksquashfs'))
  writeFileSync(join(tools, 'desktop-file-validate'), '')
  writeFileSync(join(tools, 'runtimes', `runtime-${process.arch}`), 'runtime')
}

beforeAll(async () => {
  await ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'hestami-linux-'))
  writeTools(join(folder, 'tools'))
  const env = {
    ...process.env,
    CUSTOM_FPM_PATH: join(import.meta.dirname, 'fpm.mjs'),
    FPM_RECORD: folder,
    APPIMAGE_TOOLS_PATH: join(folder, 'tools'),
    MKSQUASHFS_RECORD: join(folder, 'appimage.json'),
  }
  const args = ['--flavour', flavour.name, '--targets', 'deb,rpm,AppImage', '--output', join(folder, 'out')]
  await promisify(execFile)(process.execPath, ['packaging/run.ts', '--placeholder', ...args], {
    cwd: root,
    env,
    maxBuffer: 8 * 1024 * 1024,
  })
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const recorded = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))

describe.each([
  [
    'deb',
    [/Recommends: libsecret-1-0|--deb-recommends libsecret-1-0/, /gnome-keyring \| kwalletmanager/, /-d libgtk-3-0/],
  ],
  ['rpm', [/Recommends: libsecret/, /-d gtk3/]],
] as const)('the %s package', (kind, needs) => {
  const asked = () => recorded(kind) as { args: string[]; files: Record<string, string> }

  test('has a desktop entry with links of the flavour and its actions', () => {
    const [path, entry] = Object.entries(asked().files).find(([name]) => name.endsWith('.desktop')) ?? []
    expect(path).toContain('hestami-chat-beta.desktop')
    for (const line of [
      'Name=Hestami Chat Beta',
      'StartupWMClass=Hestami Chat Beta',
      'MimeType=x-scheme-handler/hestami-chat-beta;',
      'Categories=Network;InstantMessaging;',
      'Actions=NewChat;NewChatFromClipboard;QuickWindow;',
      'Exec=hestami-chat-beta --new-chat',
      'Exec=hestami-chat-beta --quick',
    ])
      expect(entry).toContain(line)
    expect(entry).toMatch(/^Exec="\/opt\/Hestami Chat Beta\/hestami-chat-beta" %U$/m)
  })

  test('recommends a keychain and depends on what Electron needs', () => {
    const all = asked().args.join(' ')
    for (const need of needs) expect(all).toMatch(need)
  })

  test('keeps its command in an upgrade', () => {
    const { args, files } = asked()
    const script = files[args[args.indexOf('--after-remove') + 1] ?? '']
    expect(script).toContain('1 | upgrade) exit 0')
    expect(script).toContain(`'/opt/Hestami Chat Beta/hestami-chat-beta'`)
  })

  test('has icons of every size', () => {
    const sizes = asked().args.flatMap(
      (arg) => /hicolor\/(\d+x\d+)\/apps\/hestami-chat-beta\.png$/.exec(arg)?.[1] ?? [],
    )
    expect(sizes.sort()).toEqual(['16x16', '24x24', '32x32', '48x48', '64x64', '128x128', '256x256', '512x512'].sort())
  })
})

describe('the AppImage', () => {
  const asked = () => recorded('appimage') as { names: string[]; desktop: string; entry: string }

  test('starts with the sandbox on, from a launcher too', () => {
    const [, command = ''] = /^Exec=(AppRun.*)$/m.exec(asked().entry) ?? []
    expect(command).toBe('AppRun %U')
    expect(refusedSwitch(command.split(' ').slice(1), () => false, 'linux')).toBeNull()
  })

  test('has the program and the links of its flavour', () => {
    const { names, desktop, entry } = asked()
    expect(desktop).toBe(`${flavour.executableName}.desktop`)
    expect(names).toEqual(expect.arrayContaining(['AppRun', flavour.executableName, 'THIRD-PARTY-NOTICES.txt']))
    expect(entry).toContain(`MimeType=x-scheme-handler/${flavour.protocol};`)
  })
})

test('the channel file names what was packed', () => {
  const packed = readdirSync(join(folder, 'out')).filter((name) => /\.(AppImage|deb|rpm)$/.test(name))
  for (const name of packed) expect(name).toMatch(/^hestami-chat-beta-\d+\.\d+\.\d+-beta\.\d+-\w+\.\w+$/)
  const file = load(readFileSync(join(folder, 'out', 'beta-linux.yml'), 'utf8')) as { files: { url: string }[] }
  expect(file.files.map(({ url }) => url).sort()).toEqual(packed.sort())
  expect(packed).toHaveLength(3)
})
