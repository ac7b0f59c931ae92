import { fork } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Operations } from './double/operations.ts'
import type { DoubleOptions } from './double/options.ts'
import type { record } from './double/record.ts'

type Call<N extends keyof Operations> = (
  ...args: Parameters<Operations[N]>
) => Promise<Awaited<ReturnType<Operations[N]>>>

export interface Launched {
  /** Every operation of the double, over IPC. */
  readonly does: { readonly [N in keyof Operations]: Call<N> }
  readonly exited: Promise<{ code: number | null; record: typeof record | null }>
  /** What the bundle printed, uncaught errors included. */
  readonly output: () => string
  readonly folder: string
  signal(signal: NodeJS.Signals): void
  close(): Promise<void>
}

interface Reply {
  readonly kind: 'loaded' | 'answer' | 'exit'
  readonly id?: number
  readonly value?: unknown
  readonly error?: string
  readonly record?: typeof record
}

const defaults = {
  role: 'main',
  packaged: true,
  version: '0.1.0',
  lock: true,
  platform: 'linux',
  argv: [],
  clipboard: '',
  openedAtLogin: false,
  openUrlEarly: null,
  launchedBy: null,
  wedged: false,
  speed: 1,
  switches: [],
  dark: false,
  proxy: 'DIRECT',
  keychain: 'empty',
} as const

/** What a past session leaves in a folder: enough for the app to ask the keychain. */
export async function leaveVault(folder: string, channel = 'Hestami Chat'): Promise<void> {
  const vault = join(folder, channel, 'data', 'vault')
  await mkdir(vault, { recursive: true })
  await writeFile(join(vault, 'install-id'), '0123456789abcdef')
  await writeFile(join(vault, 'journal'), 'sealed')
}

/** Starts a built bundle in a Node process of its own, on a fresh folder unless one is given. */
export async function launch(given: Partial<DoubleOptions> & { env?: Record<string, string> } = {}): Promise<Launched> {
  const { env, ...chosen } = given
  const folder = given.folder ?? (await mkdtemp(join(tmpdir(), 'hestami-electron-')))
  const options: DoubleOptions = { ...defaults, ...chosen, folder }
  const child = fork(join(import.meta.dirname, 'double/child.ts'), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    execArgv: [],
    env: {
      PATH: process.env.PATH,
      HESTAMI_PLATFORM_URL: 'http://127.0.0.1:9',
      HESTAMI_LIBRECHAT_URL: 'http://127.0.0.1:9',
      ELECTRON_DOUBLE: JSON.stringify(options),
      ...env,
    },
  })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += String(chunk)))
  child.stderr?.on('data', (chunk) => (output += String(chunk)))

  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let last: typeof record | null = null
  let nextId = 1
  const loaded = Promise.withResolvers<void>()
  child.on('message', (message) => {
    const reply = message as Reply
    if (reply.kind === 'loaded') loaded.resolve()
    if (reply.kind === 'exit') last = reply.record ?? null
    const call = waiting.get(reply.id ?? 0)
    if (!call) return
    waiting.delete(reply.id ?? 0)
    if (reply.error === undefined) call.resolve(reply.value)
    else call.reject(new Error(reply.error))
  })
  const exited = new Promise<{ code: number | null; record: typeof record | null }>((resolve) => {
    child.once('close', (code) => {
      loaded.resolve()
      for (const call of waiting.values()) call.reject(new Error(`the process ended with ${code}: ${output}`))
      resolve({ code, record: last })
    })
  })
  await loaded.promise

  const does = new Proxy({} as Launched['does'], {
    get:
      (_target, operation) =>
      async (...args: unknown[]) =>
        await new Promise((resolve, reject) => {
          const id = nextId++
          waiting.set(id, { resolve, reject })
          child.send({ id, operation: String(operation), args }, (error) => error && reject(error))
        }),
  })
  return {
    does,
    exited,
    output: () => output,
    folder,
    signal: (signal) => void child.kill(signal),
    async close() {
      child.kill('SIGKILL')
      await exited
      if (given.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
