import { options } from './options.ts'

const registered = new Map<string, () => void>()

/** `globalShortcut` of the double. `options.takenShortcut`: another program has it. */
export const globalShortcut = {
  register(accelerator: string, fired: () => void): boolean {
    if (/bogus/i.test(accelerator)) throw new TypeError('conversion failure')
    if (accelerator === options.takenShortcut) return false
    registered.set(accelerator, fired)
    return true
  },
  unregister: (accelerator: string) => void registered.delete(accelerator),
}

export const shortcuts = (): string[] => [...registered.keys()]
/** The user presses it, wherever they are; false: nothing listens. */
export function pressShortcut(accelerator: string): boolean {
  const fired = registered.get(accelerator)
  fired?.()
  return fired !== undefined
}
