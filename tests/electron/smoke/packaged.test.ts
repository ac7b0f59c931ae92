import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** The executable of a packed app: `HESTAMI_PACKAGED=dist/linux-unpacked/hestami-chat npm run test:electron`. */
const executable = process.env['HESTAMI_PACKAGED'] ?? ''

describe.skipIf(executable === '')('the packaged app', () => {
  let home = ''
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'hestami-packaged-'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  const run = (args: readonly string[]): ReturnType<typeof spawn> =>
    spawn(executable, args, {
      stdio: 'ignore',
      env: {
        ...process.env,
        HOME: home,
        XDG_CONFIG_HOME: join(home, '.config'),
        HESTAMI_PLATFORM_URL: 'http://127.0.0.1:9',
        HESTAMI_LIBRECHAT_URL: 'http://127.0.0.1:9',
      },
    })
  const exit = async (child: ReturnType<typeof spawn>): Promise<number | null> =>
    await new Promise((done) => child.once('exit', (code) => done(code)))

  test('has the fuses that were asked for', async () => {
    const wire = await getCurrentFuseWire(executable)
    const on = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE
    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
      onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
      cookies: on(FuseV1Options.EnableCookieEncryption),
      fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: false,
      nodeOptions: false,
      inspect: false,
      onlyAsar: true,
      cookies: true,
      fileProtocol: false,
    })
  })

  test('starts, stays up, and leaves when it is told to', async () => {
    const child = run([])
    const ended = exit(child)
    const early = await Promise.race([ended, new Promise((done) => setTimeout(() => done('up'), 10_000))])
    expect(early).toBe('up')
    child.kill()
    await ended
    expect(readFileSync(logPath(home), 'utf8')).toContain('"app.started"')
  })

  test.each(['--remote-debugging-port=0', '--inspect=0', '--no-sandbox', '--ignore-certificate-errors'])(
    'does not start with %s',
    async (argument) => {
      const startsBefore = 1
      const child = run([argument])
      const ended = exit(child)
      // The refusal is a box that waits for a person; no window may open and no debugger may listen meanwhile.
      await Promise.race([ended, new Promise((done) => setTimeout(done, 5_000))])
      child.kill()
      await ended
      const log = existsSync(logPath(home)) ? readFileSync(logPath(home), 'utf8') : ''
      expect(log.split('\n').filter((line) => line.includes('"app.started"'))).toHaveLength(startsBefore)
    },
  )
})

const logPath = (home: string): string =>
  process.platform === 'darwin'
    ? join(home, 'Library/Application Support/Hestami Chat/logs/app.log')
    : process.platform === 'win32'
      ? join(home, 'AppData/Local/Hestami Chat/logs/app.log')
      : join(home, '.config/Hestami Chat/logs/app.log')
