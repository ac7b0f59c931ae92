import type { KeychainProblem } from '../../contract/session.ts'
import { KeychainFault } from '../keychain/keychain.ts'
import type { Keychain } from '../keychain/keychain.ts'

/** A keychain that ends with the process, and that has the problem which a bundle tells of. The system's own is left alone. */
export function createReplayKeychain(problem: KeychainProblem | null): Keychain {
  const items = new Map<string, string>()
  const work = async <T>(act: () => T): Promise<T> => {
    if (problem !== null) throw new KeychainFault(problem)
    return await Promise.resolve(act())
  }
  return {
    get: async (service, account) => await work(() => items.get(`${service}/${account}`) ?? null),
    set: async (service, account, value) => await work(() => void items.set(`${service}/${account}`, value)),
    delete: async (service, account) => await work(() => items.delete(`${service}/${account}`)),
    close: async () => await Promise.resolve(),
  }
}
