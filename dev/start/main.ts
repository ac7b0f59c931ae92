import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApp } from '../../src/main/app.ts'
import { readConfig, readPolicyFolder } from '../../src/main/config.ts'
import type { Config } from '../../src/main/config.ts'
import type { Host } from '../../src/main/host.ts'
import { openDesktopPolicy } from '../../src/main/policy/desktop-policy.ts'
import type { DesktopPolicy } from '../../src/main/policy/desktop-policy.ts'
import { replayFile, replaySwitch } from '../../src/main/debug/replay-start.ts'
import { createNodeHost, openInBrowser } from '../browser-host/node-host.ts'
import { startBrowserHost } from '../browser-host/server.ts'
import { startLocalStack } from '../local-stack/stack.ts'
import { findElectron, runElectron } from './electron.ts'
import { readFlags, usage } from './flags.ts'
import type { Flags } from './flags.ts'
import { openReplay } from './replay.ts'

const root = join(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const say = (line: string): void => void process.stdout.write(`${line}\n`)

type Closer = () => Promise<void>

/** The servers of the environment, or the local stack where it names none. */
async function servers(
  flags: Flags,
  closers: Closer[],
): Promise<{ config: Config; demo: { email: string; password: string } | null }> {
  const { HESTAMI_PLATFORM_URL: platform, HESTAMI_LIBRECHAT_URL: librechat } = process.env
  if (platform && librechat) return { config: readConfig(process.env), demo: null }
  if (platform || librechat) throw new Error('Set both HESTAMI_PLATFORM_URL and HESTAMI_LIBRECHAT_URL, or neither.')
  const stack = await startLocalStack({ folder: join(flags.data, 'stack'), style: flags.style })
  closers.push(async () => await stack.close())
  const config = { platformOrigin: stack.platformOrigin, librechatOrigin: stack.librechatOrigin }
  return { config, demo: stack.demo }
}

/** Opens the page; says how to open it where nothing here can. */
async function openPage(url: string): Promise<void> {
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']
  if (!display || (await openInBrowser(url))) return
  const chromium = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
  if (chromium === undefined) return
  const child = spawn(chromium, [`--app=${url}`], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}

async function replayed(text: string, port: number, closers: Closer[]): Promise<string> {
  const { url, close } = await openReplay({ text, version, port })
  closers.push(close)
  return url
}

/** Policies of a folder of one's own, to try them; null without one. */
async function trialPolicy({ flavour, log }: Host): Promise<DesktopPolicy | null> {
  const folder = readPolicyFolder(process.env, { packaged: false })
  if (folder === null) return null
  const found = await openDesktopPolicy({ flavour, env: process.env, folder, log })
  for (const { name, why } of found.problems) say(`policy: ${name} does not count (${why})`)
  return found
}

async function browser(flags: Flags, config: Config, closers: Closer[]): Promise<string> {
  const replay = async (text: string): Promise<void> => {
    const url = await replayed(text, 0, closers)
    say(`replay: ${url}`)
    void openPage(url)
  }
  const host = createNodeHost({ data: join(flags.data, 'app'), version, parts: { replay } })
  const policies = await trialPolicy(host)
  const app = createApp(host, { ...config, policy: policies?.policy })
  closers.push(async () => await app.close())
  const stopPolicies = policies?.follow(app.settings, host.power)
  closers.push(async () => await Promise.resolve(stopPolicies?.()))
  const served = await startBrowserHost(app, { port: flags.port, root: join(root, 'out/renderer') })
  closers.push(async () => await served.close())
  void app.start()
  return served.url
}

async function start(): Promise<void> {
  const flags = readFlags(process.argv.slice(2))
  if (flags.help) return say(usage)
  const closers: Closer[] = []
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    closing ??= (async () => {
      for (const closer of closers.splice(0).toReversed()) await closer().catch(() => undefined)
    })()
    await closing
  }
  const quit = async (code: number): Promise<void> => {
    await close()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void quit(0))
  // Whoever started this may be ended without passing it on (npm is): nothing must stay behind.
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) void quit(0)
  }, 1000).unref()

  try {
    const bundle = flags.replay === null ? null : readFileSync(flags.replay, 'utf8')
    const electron = flags.browser ? null : findElectron()
    const stack = bundle === null ? await servers(flags, closers) : null
    const demo = stack?.demo ?? null
    let page: string | null = null
    if (electron !== null && 'path' in electron) {
      const data = join(flags.data, 'electron')
      const env = { ...process.env }
      if (stack !== null) {
        env['HESTAMI_PLATFORM_URL'] = stack.config.platformOrigin
        env['HESTAMI_LIBRECHAT_URL'] = stack.config.librechatOrigin
      }
      if (bundle !== null) {
        mkdirSync(data, { recursive: true, mode: 0o700 })
        writeFileSync(join(data, replayFile), bundle, { mode: 0o600 })
      }
      const more = bundle === null ? [] : [`--${replaySwitch}`]
      runElectron(electron.path, root, data, env, more).on('exit', (code) => void quit(code ?? 0))
    } else {
      if (electron !== null) say(`Electron is not used: ${electron.reason}. The app runs in the browser.`)
      const url =
        stack === null ? await replayed(bundle ?? '', flags.port, closers) : await browser(flags, stack.config, closers)
      say(`url: ${url}`)
      page = url
    }
    if (bundle !== null) say('This is a replay: sign in with any e-mail address and any password.')
    if (demo !== null) {
      say(`email: ${demo.email}`)
      say(`password: ${demo.password}`)
    }
    say('ready')
    // Some openers last as long as the browser does: nothing is left to say by then.
    if (page !== null && flags.open) await openPage(page)
  } catch (thrown) {
    await close()
    throw thrown
  }
}

start().catch((thrown: unknown) => {
  const { code, message } = thrown as { code?: string; message?: string }
  const sentence =
    message === 'invalid-input'
      ? 'That is not a support bundle.'
      : code === 'EADDRINUSE'
        ? 'The port is taken. Choose another with --port, or 0 for any free one.'
        : message
  process.stderr.write(`${sentence}\n${code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? `${usage}\n` : ''}`)
  process.exit(1)
})
