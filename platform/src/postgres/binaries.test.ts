import { spawnSync } from 'node:child_process'
import { lstat, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { postgresBinaries, restoreLinks } from './binaries.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'binaries-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('restores the links that the package lists, and leaves those that are there', async () => {
  const lib = join(folder, 'native', 'lib')
  await mkdir(lib, { recursive: true })
  await writeFile(join(lib, 'libone.so.1.2'), 'one')
  await symlink('elsewhere', join(lib, 'libtwo.so'))
  const links = [
    { source: 'native/lib/libone.so.1.2', target: 'native/lib/libone.so' },
    { source: 'native/lib/libone.so.1.2', target: 'native/lib/libone.so.1' },
    { source: 'native/lib/libtwo.so.2', target: 'native/lib/libtwo.so' },
  ]
  await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  await Promise.all([restoreLinks(folder), restoreLinks(folder)])
  expect(await readFile(join(lib, 'libone.so'), 'utf8')).toBe('one')
  expect(await readlink(join(lib, 'libone.so.1'))).toBe('libone.so.1.2')
  expect(await readlink(join(lib, 'libtwo.so'))).toBe('elsewhere')
})

test('a package without a list needs none', async () => {
  await expect(restoreLinks(folder)).resolves.toBeUndefined()
})

test('the installed programs run, with all their links', async () => {
  const { postgres, initdb } = await postgresBinaries()
  for (const program of [postgres, initdb])
    expect(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout).toMatch(/PostgreSQL\) 18\./)
  const root = resolve(dirname(postgres), '../..')
  const listed = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[]
  const kinds = await Promise.all(listed.map(async ({ target }) => (await lstat(join(root, target))).isSymbolicLink()))
  expect(kinds).toEqual(listed.map(() => true))
})
