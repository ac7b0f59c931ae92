import { createRequire, registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { operations } from './operations.ts'
import { options } from './options.ts'

/** Runs a built bundle in this process with the double in place of `electron`, and takes orders over IPC. */
const electron = new URL('electron.ts', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: electron, shortCircuit: true } : next(specifier, context),
})

const out = resolve(import.meta.dirname, '../../../out')

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
