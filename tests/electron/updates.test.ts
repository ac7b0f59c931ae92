import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUpdateServer } from '../../dev/update-server/server.ts'
import type { LocalUpdateServer } from '../../dev/update-server/server.ts'
import { updatesFolder } from '../../src/main/updates/record.ts'
import { makeRelease, newKey, writeRelease } from '../updates/harness/feed.ts'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

const root = resolve(import.meta.dirname, '../..')
const key = newKey()
let folder: string
/** The bundles, built with an update server and a key. */
let out: string
let server: LocalUpdateServer

beforeAll(async () => {
  await ensureBuilt()
  folder = await mkdtemp(join(tmpdir(), 'hestami-electron-updates-'))
  server = await startUpdateServer({ folder: join(folder, 'feed') })
  // Below the sources, so that the bundles find their packages.
  out = await mkdtemp(join(root, 'node_modules/.cache/updates-'))
  await cp(join(root, 'out/main'), join(out, 'main'), { recursive: true })
  for (const name of ['preload', 'renderer']) await symlink(join(root, 'out', name), join(out, name))
  const main = await readFile(join(out, 'main/index.js'), 'utf8')
  const built = { url: server.url, keys: [key.public], publishers: [], downloadPage: null }
  const changed = main.replace(
    /\{\s*"url": null,\s*"keys": \[\],\s*"publishers": \[\],\s*"downloadPage": null\s*\}/,
    JSON.stringify(built),
  )
  if (changed === main) throw new Error('the bundle has no place for an update server, or was built with one')
  await writeFile(join(out, 'main/index.js'), changed)
})
afterAll(async () => {
  await server.close()
  await rm(out, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
})

type Answer = { value: { status: { phase: string }; outcome: object | null } }

async function newComputer(): Promise<{
  image: string
  start: (version: string) => Promise<Launched>
  record: () => Promise<object>
}> {
  const home = await mkdtemp(join(folder, 'home-'))
  const image = join(home, 'Hestami-Chat.AppImage')
  await writeFile(image, 'version 0.1.0', { mode: 0o755 })
  const data = join(home, 'Hestami Chat Debug/data')
  return {
    image,
    start: async (version) => await launch({ folder: home, out, version, env: { APPIMAGE: image } }),
    record: async () => JSON.parse(await readFile(join(updatesFolder(data), 'record.json'), 'utf8')) as object,
  }
}
const state = async (run: Launched): Promise<Answer['value']> =>
  ((await run.does.invoke('page', 'updates.get', undefined)) as Answer).value

async function update(image: string, run: Launched): Promise<void> {
  const made = makeRelease({ version: '0.1.1-debug.1', channel: 'debug', key })
  await writeRelease(join(folder, 'feed'), made)
  await run.does.opened()
  await run.does.invoke('page', 'app.ready', undefined)
  await run.does.invoke('page', 'updates.check', undefined)
  await expect.poll(async () => (await state(run)).status.phase).toBe('ready')
  const answer = await run.does.invoke('page', 'updates.restart', { force: false })
  expect(answer).toMatchObject({ ok: true, value: { kind: 'restarting' } })
  const { code, record } = await run.exited
  expect(code).toBe(0)
  expect(record?.app).toEqual(
    expect.arrayContaining([`relaunch ${JSON.stringify({ execPath: image, args: [] })}`, 'exit 0']),
  )
  expect(await readFile(image)).toEqual(made.bytes)
}

test('the built app updates itself, starts again, and proves that it works', async () => {
  const { image, start, record } = await newComputer()
  await update(image, await start('0.1.0-debug.1'))
  const run = await start('0.1.1-debug.1')
  try {
    await run.does.opened()
    expect((await state(run)).outcome).toMatchObject({ kind: 'updated', from: '0.1.0-debug.1', to: '0.1.1-debug.1' })
    expect(await record()).toMatchObject({ trial: { starts: 1 } })
    await run.does.invoke('page', 'app.ready', undefined)
    await expect.poll(record).toMatchObject({ trial: null, previous: null, highest: '0.1.1-debug.1' })
  } finally {
    await run.close()
  }
})

test('a version that does not come up gives way before it opens anything', async () => {
  const { image, start } = await newComputer()
  await update(image, await start('0.1.0-debug.1'))
  for (let starts = 0; starts < 2; starts++) {
    const run = await start('0.1.1-debug.1')
    await run.does.opened()
    await run.close()
  }
  const { code, record } = await (await start('0.1.1-debug.1')).exited
  expect(code).toBe(0)
  expect(record?.app.slice(-2)).toEqual([`relaunch ${JSON.stringify({ execPath: image, args: [] })}`, 'exit 0'])
  expect(record?.windows).toEqual([])
  expect(await readFile(image, 'utf8')).toBe('version 0.1.0')
  const back = await start('0.1.0-debug.1')
  try {
    await back.does.opened()
    expect((await state(back)).outcome).toEqual({ kind: 'rolled-back', from: '0.1.1-debug.1', to: '0.1.0-debug.1' })
  } finally {
    await back.close()
  }
})
