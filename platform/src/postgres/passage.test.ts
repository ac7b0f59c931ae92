import { chmod, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isOpenTo, reachable } from './passage.ts'

let folder = ''
const account = { uid: 1, gid: 1 }
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'passage-'))
  await chmod(folder, 0o755)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function install(mode: number): Promise<{ postgres: string; initdb: string }> {
  const native = join(folder, 'closed', 'native')
  await mkdir(join(native, 'bin'), { recursive: true })
  await mkdir(join(native, 'lib'))
  for (const name of ['postgres', 'initdb']) await writeFile(join(native, 'bin', name), name, { mode: 0o755 })
  await writeFile(join(native, 'lib', 'libpq.so.5'), 'pq')
  await symlink('libpq.so.5', join(native, 'lib', 'libpq.so'))
  await chmod(join(folder, 'closed'), mode)
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') }
}

test('programs that everybody can get to stay where they are', async () => {
  const binaries = await install(0o755)
  expect(await isOpenTo(binaries.postgres)).toBe(true)
  expect(await reachable(binaries, account, join(folder, 'copies'))).toEqual(binaries)
})

test('programs below a closed folder are copied once, links and all', async () => {
  const binaries = await install(0o700)
  expect(await isOpenTo(binaries.postgres)).toBe(false)
  const copies = join(folder, 'copies')
  const [first, second] = await Promise.all([
    reachable(binaries, account, copies),
    reachable(binaries, account, copies),
  ])
  expect(second).toEqual(first)
  expect(await isOpenTo(first.postgres)).toBe(true)
  expect(await readFile(first.initdb, 'utf8')).toBe('initdb')
  expect(await readFile(join(first.postgres, '../../lib/libpq.so'), 'utf8')).toBe('pq')
  expect(await readdir(copies)).toHaveLength(1)
})

test('a process that is not root runs them itself', async () => {
  const binaries = await install(0o700)
  expect(await reachable(binaries, null, join(folder, 'copies'))).toEqual(binaries)
})
