import type { Host } from '../host.ts'
import { KeychainFault } from '../keychain/keychain.ts'
import { vaultItem } from '../session/vault.ts'
import { failed, ok } from './step.ts'
import type { Note, Outcome } from './step.ts'

const findings = {
  unavailable: 'keychain-unavailable',
  locked: 'keychain-locked',
  hanging: 'keychain-hanging',
  unreadable: 'keychain-locked',
} as const

/** Reads this installation's item, or one that is not there: nothing is written or deleted, and what it holds is not kept. */
export async function checkKeychain(
  { keychain, paths, flavour }: Pick<Host, 'keychain' | 'paths' | 'flavour'>,
  note: Note,
): Promise<Outcome> {
  const item = await vaultItem(paths.data).catch(() => null)
  try {
    const found = (await keychain.get(flavour.keychainService, item?.account ?? 'connection-check')) !== null
    note('keychain-item', found ? 'there' : 'none')
    // A locked Linux keyring answers "nothing stored": the session's file tells that something was.
    return !found && item?.expected === true ? failed('keychain-locked') : ok
  } catch (thrown) {
    return failed(findings[thrown instanceof KeychainFault ? thrown.problem : 'unavailable'])
  }
}
