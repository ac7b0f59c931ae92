import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { updateSupport } from './support.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hestami-support-'))
  await mkdir(join(folder, 'deb'))
  await writeFile(join(folder, 'deb/package-type'), 'deb\n')
  await writeFile(join(folder, 'Uninstall Hestami Chat.exe'), '')
  await mkdir(join(folder, 'Hestami Chat.app/Contents/Resources'), { recursive: true })
})
afterAll(async () => await rm(folder, { recursive: true, force: true }))

const facts = (patch: Partial<Parameters<typeof updateSupport>[0]>): Parameters<typeof updateSupport>[0] => ({
  packaged: true,
  platform: 'linux',
  executable: join(folder, 'hestami-chat'),
  resources: join(folder, 'resources'),
  productName: 'Hestami Chat',
  appImage: null,
  sandboxed: false,
  ...patch,
})
const off = (reason: string): object => ({ kind: 'off', reason })

test('Linux', () => {
  const appImage = join(folder, 'Hestami-Chat.AppImage')
  expect(updateSupport(facts({ appImage }))).toEqual({ kind: 'appimage', image: appImage })
  expect(updateSupport(facts({ appImage: '/nowhere/Hestami-Chat.AppImage' }))).toEqual(off('not-supported'))
  expect(updateSupport(facts({ appImage, sandboxed: true }))).toEqual(off('package-manager'))
  expect(updateSupport(facts({ resources: join(folder, 'deb') }))).toEqual(off('package-manager'))
  expect(updateSupport(facts({ executable: '/opt/Hestami Chat/hestami-chat' }))).toEqual(off('package-manager'))
  expect(updateSupport(facts({}))).toEqual(off('not-supported'))
})

test('Windows', () => {
  const platform = 'win32'
  expect(updateSupport(facts({ platform, executable: join(folder, 'Hestami Chat.exe') }))).toEqual({ kind: 'nsis' })
  const executable = join(folder, 'deb/Hestami Chat.exe')
  expect(updateSupport(facts({ platform, executable }))).toEqual(off('not-supported'))
})

test('macOS', () => {
  const platform = 'darwin'
  const inside = 'Hestami Chat.app/Contents'
  const at = (place: string): Partial<Parameters<typeof updateSupport>[0]> => ({
    platform,
    executable: join(place, inside, 'MacOS/Hestami Chat'),
    resources: join(place, inside, 'Resources'),
  })
  expect(updateSupport(facts(at(folder)))).toEqual({ kind: 'mac' })
  expect(updateSupport(facts(at('/Volumes/Hestami Chat')))).toEqual(off('not-supported'))
  const moved = {
    ...at(folder),
    executable: '/private/var/folders/x/AppTranslocation/y/d/Hestami Chat.app/Contents/MacOS/Hestami Chat',
  }
  expect(updateSupport(facts(moved))).toEqual(off('not-supported'))
})

test('what is not packaged, and other systems', () => {
  expect(updateSupport(facts({ packaged: false, appImage: join(folder, 'x.AppImage') }))).toEqual(off('development'))
  expect(updateSupport(facts({ platform: 'freebsd' }))).toEqual(off('not-supported'))
})
