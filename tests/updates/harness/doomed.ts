import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import type { Installation } from './updater.ts'

/**
 * A start of the app in a process of its own that dies (SIGKILL) at the nth thing it does to the disk: before it, or, where a thing
 * takes its time, in the middle of it. Prints how many there were when it comes to its end.
 */
export interface Doom {
  readonly installation: Installation
  readonly url: string
  readonly keys: readonly string[]
  readonly version: string
  /** Counts from 1; 0: live. */
  readonly dieAt: number
}

type Work = (...args: unknown[]) => unknown
const doom = JSON.parse(process.argv[2] ?? '') as Doom
let done = 0

const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way; nothing else may happen meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
}
const step = (half: () => void): void => {
  if (++done !== doom.dieAt) return
  half()
  die()
}
/** The half of a copy that is there when it ends in the middle. */
const halfCopy = ([from, to]: unknown[]): void => {
  const bytes = readFileSync(String(from))
  writeFileSync(String(to), bytes.subarray(0, bytes.length / 2))
}
const halfWrite = ([path, text]: unknown[]): void => {
  if (typeof path === 'string' && typeof text === 'string') writeFileSync(path, text.slice(0, text.length / 2))
}
const { readFileSync, writeFileSync } = fs
const halves: Readonly<Record<string, (args: unknown[]) => void>> = {
  copyFile: halfCopy,
  copyFileSync: halfCopy,
  writeFile: halfWrite,
}
const changes = 'rename,rm,link,copyFile,chmod,writeFile,mkdir,unlink'.split(',')

function count(of: Record<string, Work>, names: readonly string[]): void {
  for (const name of names) {
    const real = of[name]
    if (real === undefined) continue
    of[name] = function (this: unknown, ...args: unknown[]) {
      step(() => halves[name]?.(args))
      return real.apply(this, args)
    }
  }
}

count(fs as unknown as Record<string, Work>, [...changes, ...changes.map((name) => `${name}Sync`)])
count(promises as unknown as Record<string, Work>, changes)
const probe = await promises.open(import.meta.filename, 'r')
count(Object.getPrototypeOf(probe) as Record<string, Work>, ['write', 'truncate', 'sync'])
await probe.close()
syncBuiltinESMExports()

const { startUpdater } = await import('./updater.ts')
const client = await startUpdater(doom.installation, {
  url: doom.url,
  keys: doom.keys,
  version: doom.version,
  trial: true,
})
if (client !== null) {
  client.updates.start()
  client.updates.ready()
  client.setSession('signed-out')
  await client.updates.check()
  while (client.phase() === 'downloading') await new Promise((resolve) => setTimeout(resolve, 2))
  if (client.phase() === 'ready') await client.updates.restart(false)
  await client.updates.close()
}
process.stdout.write(
  JSON.stringify({
    done,
    phase: client?.phase() ?? 'returning',
    reasons: client?.reasons('updates.not-downloaded') ?? [],
  }),
)
