import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Result } from '../../src/contract/errors.ts'
import { flavours } from '../../src/main/flavour.ts'
import { newData, driveApp } from '../faults/harness/driven-app.ts'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { ensureBuilt } from './build.ts'
import { launch, leaveVault } from './launch.ts'
import type { Launched } from './launch.ts'

const debugVersion = '0.1.0-debug.1'
let folder = ''
let temp = ''
let run: Launched | null = null
let bundle = ''

/** A bundle of somebody whom the platform did not let in. */
async function writeBundle(): Promise<string> {
  const data = newData()
  const app = await driveApp({
    data: data.path,
    flavour: 'production',
    keychain: createMemoryKeychain(),
    config: { platformOrigin: 'http://127.0.0.1:1', librechatOrigin: 'http://127.0.0.1:1' },
  })
  await app.start()
  await app.call('session.signIn', { email: 'demo@example.com', password: 'x' })
  const written = await app.call('support.bundle')
  await app.close()
  data.remove()
  return written.ok ? written.value.lines.join('\n') : ''
}

beforeAll(async () => {
  await ensureBuilt()
  bundle = await writeBundle()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-debug-'))
  temp = join(folder, 'temp')
  mkdirSync(temp)
})
afterEach(async () => {
  await run?.close()
  run = null
  rmSync(folder, { recursive: true, force: true })
})
const open = async (more: Parameters<typeof launch>[0] = {}): Promise<Launched> => {
  run = await launch({ folder, version: debugVersion, ...more, env: { TMPDIR: temp, ...more.env } })
  return run
}
/** Open, and the window can be talked with. */
const openWindow = async (more: Parameters<typeof launch>[0] = {}): Promise<Launched> => {
  const app = await open(more)
  await expect.poll(async () => (await app.does.record()).channels).toContain('hestami:call')
  return app
}
const call = async (app: Launched, route: string, input?: unknown): Promise<Result<unknown>> =>
  (await app.does.invoke('page', route, input)) as Result<unknown>
const lockOf = async (app: Launched): Promise<string> =>
  (await app.does.record()).app.find((one) => one.startsWith('lock '))!.slice('lock '.length)

describe('no switch and no variable brings a packaged debug build to production’s files', () => {
  test.each([
    ['--user-data-dir', { switches: ['user-data-dir'] }],
    ['--profile', { switches: ['profile', 'profile-directory'] }],
    [
      'its environment',
      { env: { HESTAMI_DATA: 'x', ELECTRON_USER_DATA: 'x', FLAVOUR: 'production', NODE_ENV: 'production' } },
    ],
  ])('%s', async (_what, more) => {
    await leaveVault(folder, flavours.production.dataFolder)
    const production = join(folder, flavours.production.dataFolder)
    const argv = [`--user-data-dir=${production}`, `--profile=${production}`]
    const app = await openWindow({ ...more, argv })
    expect(await lockOf(app)).toBe(join(folder, flavours.debug.dataFolder))
    expect(await call(app, 'session.get')).toMatchObject({ ok: true, value: { phase: 'signed-out', reason: 'never' } })
    expect((await app.does.record()).forks.flatMap(({ received }) => received)).toEqual([])
    expect(readdirSync(join(production, 'data/vault')).sort()).toEqual(['install-id', 'journal'])
  })
})

describe('a replay', () => {
  const replayed = async (): Promise<Launched> => {
    mkdirSync(join(folder, flavours.debug.dataFolder), { recursive: true })
    writeFileSync(join(folder, flavours.debug.dataFolder, 'replay.jsonl'), bundle)
    return await openWindow({ argv: ['--replay'], switches: ['replay'] })
  }

  test('is asked for in the window: the app starts again, with the bundle in its own folder', async () => {
    const app = await openWindow({ argv: ['--quick'] })
    expect(await call(app, 'debug.openBundle', { text: bundle })).toMatchObject({
      ok: true,
      value: { replayable: true },
    })
    expect(await call(app, 'debug.replay', { text: bundle })).toEqual({ ok: true, value: undefined })
    const { record } = await app.exited
    expect(record?.app).toContain(`relaunch ${JSON.stringify({ args: ['--quick', '--replay'] })}`)
    const file = join(folder, flavours.debug.dataFolder, 'replay.jsonl')
    expect(readFileSync(file, 'utf8')).toBe(bundle)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('runs on a folder of its own that is gone afterwards, and never asks the keychain', async () => {
    await leaveVault(folder, flavours.debug.dataFolder)
    const app = await replayed()
    const lock = await lockOf(app)
    expect(lock.startsWith(join(temp, 'hestami-chat-replay-'))).toBe(true)
    expect(await call(app, 'session.get')).toMatchObject({ value: { phase: 'signed-out', reason: 'never' } })
    expect(await call(app, 'app.info')).toMatchObject({ value: { flavour: 'debug', replayOf: '0.0.0' } })
    // What the sender met: nobody listens at the platform.
    const answer = await call(app, 'session.signIn', { email: 'anybody@example.com', password: 'anything' })
    expect(answer).toEqual({ ok: false, error: { code: 'unreachable', server: 'platform', reason: 'refused' } })
    expect((await call(app, 'debug.setFaults', { rules: [] })).ok).toBe(true)
    expect(await call(app, 'session.signIn', { email: 'anybody@example.com', password: 'anything' })).toMatchObject({
      ok: true,
    })
    expect((await app.does.record()).forks.map(({ path }) => path.split('/').slice(-2).join('/'))).toEqual([
      'replay/index.js',
    ])
    await app.does.quit()
    await app.exited
    expect(existsSync(lock)).toBe(false)
    expect(readdirSync(join(folder, flavours.debug.dataFolder, 'data'))).toEqual(['vault'])
  })

  test('is not in production: the switch is none there', async () => {
    const app = await openWindow({ version: '0.1.0', argv: ['--replay'], switches: ['replay'] })
    expect(await lockOf(app)).toBe(join(folder, flavours.production.dataFolder))
    expect(await call(app, 'debug.replay', { text: bundle })).toEqual({ ok: false, error: { code: 'forbidden' } })
    expect(await call(app, 'app.info')).toMatchObject({ value: { flavour: 'production', replayOf: null } })
  })

  test('of something that is no bundle says so, and ends', async () => {
    mkdirSync(join(folder, flavours.debug.dataFolder), { recursive: true })
    writeFileSync(join(folder, flavours.debug.dataFolder, 'replay.jsonl'), '<html>')
    const app = await open({ argv: ['--replay'], switches: ['replay'] })
    const { record } = await app.exited
    expect(record?.app).toContain('exit 1')
    expect(JSON.stringify(record?.boxes)).toContain('cannot be replayed')
  })
})
