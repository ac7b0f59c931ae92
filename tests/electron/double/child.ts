import { createRequire, registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { operations } from './operations.ts'
import { options } from './options.ts'

/** Runs a built bundle in this process with the double in place of `electron`, and takes orders over IPC. */
const electron = new URL('electron.ts', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: electron, shortCircuit: true } : next(specifier, context),
})

Object.assign(process, { resourcesPath: resolve(options.folder, 'program/resources') })
process.argv = [process.execPath, ...options.argv]
// The database's binary is this computer's, whatever system is played.
new Database(':memory:').close()
Object.defineProperty(process, 'platform', { value: options.platform })

const { speed } = options
const { setTimeout: realTimeout, setInterval: realInterval } = globalThis
const realNow = performance.now.bind(performance)
globalThis.setTimeout = ((run: () => void, ms = 0, ...args: unknown[]) =>
  realTimeout(run, ms / speed, ...(args as []))) as typeof setTimeout
globalThis.setInterval = ((run: () => void, ms = 0, ...args: unknown[]) =>
  realInterval(run, ms / speed, ...(args as []))) as typeof setInterval
performance.now = () => realNow() * speed

const out = options.out ?? resolve(import.meta.dirname, '../../../out')

interface Order {
  readonly id: number
  readonly operation: keyof typeof operations
  readonly args: readonly unknown[]
}

async function obey({ id, operation, args }: Order): Promise<void> {
  try {
    const value = await (operations[operation] as (...args: readonly unknown[]) => unknown)(...args)
    process.send?.({ kind: 'answer', id, value })
  } catch (thrown) {
    process.send?.({ kind: 'answer', id, error: thrown instanceof Error ? thrown.stack : String(thrown) })
  }
}
process.on('message', (order) => void obey(order as Order))
process.on('disconnect', () => process.exit(0))

if (options.role === 'main') await import(pathToFileURL(resolve(out, 'main/index.js')).href)
else createRequire(import.meta.url)(resolve(out, 'preload/index.cjs'))
process.send?.({ kind: 'loaded' })
