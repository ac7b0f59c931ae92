import { KeychainFault } from '../../../src/main/keychain/keychain.ts'
import type { Keychain } from '../../../src/main/keychain/keychain.ts'

/** A keychain in memory that can be locked and outlives the app, for tests whose subject is something else. */
export function createMemoryKeychain(): Keychain & { locked: boolean; readonly items: Map<string, string> } {
  const items = new Map<string, string>()
  const keychain = {
    locked: false,
    items,
    async get(service: string, account: string) {
      return await Promise.resolve(keychain.locked ? null : (items.get(`${service}/${account}`) ?? null))
    },
    async set(service: string, account: string, value: string) {
      if (keychain.locked) throw new KeychainFault('locked')
      items.set(`${service}/${account}`, value)
      await Promise.resolve()
    },
    async delete(service: string, account: string) {
      return await Promise.resolve(!keychain.locked && items.delete(`${service}/${account}`))
    },
    close: async () => await Promise.resolve(),
  }
  return keychain
}
