import { hkdfSync, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { KeychainProblem } from '../../contract/session.ts'
import type { Host } from '../host.ts'
import { KeychainFault } from '../keychain/keychain.ts'
import { erase, keyIdOf, read, seal, unseal, writeAtomically } from './journal.ts'

/** What outlives a restart. Refresh credentials only: access tokens and passwords stay in memory. Times: epoch milliseconds. */
const savedSession = z.strictObject({
  platformOrigin: z.string(),
  librechatOrigin: z.string(),
  user: z.strictObject({ id: z.string(), email: z.string(), name: z.string() }),
  platformRefresh: z.string(),
  librechatRefresh: z.string(),
  librechatRefreshExpiresAt: z.number(),
  /** False until the terms were accepted: a restart must ask for them again. */
  termsSettled: z.boolean(),
})
export type SavedSession = z.infer<typeof savedSession>

const sealed = z.strictObject({ generation: z.int(), session: savedSession })
const item = z.strictObject({
  v: z.literal(1),
  /** The build it belongs to; items of before it was written have none. */
  flavour: z.string().optional(),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  key: z.string(),
  sealed: sealed.nullable(),
})
type Item = z.infer<typeof item>

/** Bytes. Windows takes 2,560; a session with longer tokens lives in the journal alone, under the item's key. */
const itemLimit = 2000

/** Milliseconds that a sign-in waits for the keychain (a prompt of the system may be on screen), and a sign-out. */
const patience = { save: 10_000, erase: 3000 }

export type Loaded =
  | { readonly kind: 'ready'; readonly session: SavedSession }
  | { readonly kind: 'empty' }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'blocked'; readonly problem: KeychainProblem }

export interface Vault {
  /** Reads; never writes, creates or deletes anything. */
  load(): Promise<Loaded>
  /** After a completed sign-in. Null: remembered; else why it is kept in memory only. */
  save(session: SavedSession): Promise<KeychainProblem | null>
  /** A rotation. Durable (sealed on disk) when it resolves, if the vault is remembered at all. */
  update(session: SavedSession): Promise<void>
  /** After a completed sign-out; works with a locked keychain, since what the key opens is gone then. */
  erase(): Promise<void>
  /** 32 bytes for the cache of an account; null while nothing is remembered. */
  cacheKey(account: string): Buffer | null
  close(): Promise<void>
}

/** Rejects as `hanging` when `work` takes too long; it goes on unheard. */
async function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new KeychainFault('hanging')), milliseconds)
  })
  return await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

const problemOf = (thrown: unknown): KeychainProblem =>
  thrown instanceof KeychainFault ? thrown.problem : 'unavailable'

const installPathIn = (data: string): string => join(data, 'vault', 'install-id')
const journalPathIn = (data: string): string => join(data, 'vault', 'journal')

/** The account name of this installation's keychain item, and whether there is to be one; null: nothing was ever kept. */
export async function vaultItem(data: string): Promise<{ account: string; expected: boolean } | null> {
  const path = journalPathIn(data)
  const [install, file, previous] = await Promise.all([read(installPathIn(data)), read(path), read(`${path}.prev`)])
  return install === null ? null : { account: install.toString('utf8'), expected: file !== null || previous !== null }
}

/** See docs/adr/0003-vault.md: one keychain item with the key and the newest state, and a journal sealed under that key. */
export function createVault({
  host,
  waits = patience,
}: {
  host: Pick<Host, 'keychain' | 'paths' | 'flavour' | 'log'>
  waits?: { readonly save: number; readonly erase: number }
}): Vault {
  const service = host.flavour.keychainService
  const installPath = installPathIn(host.paths.data)
  const path = journalPathIn(host.paths.data)
  let opened: { key: Buffer; keyId: string; generation: number } | null = null
  let writing: Promise<unknown> = Promise.resolve()
  let background: Promise<unknown> = Promise.resolve()
  let epoch = 0

  const parseItem = (value: string): Item | null => {
    try {
      const found = item.safeParse(JSON.parse(value))
      if (!found.success || Buffer.from(found.data.key, 'base64url').length !== 32) return null
      // Copied from another build by hand: its state is not sealed under this one's name.
      return found.data.flavour === undefined || found.data.flavour === host.flavour.name ? found.data : null
    } catch {
      return null
    }
  }

  const openFile = (file: Buffer | null, key: Buffer): z.infer<typeof sealed> | null => {
    const plain = file === null ? null : unseal(key, host.flavour.name, file)
    if (plain === null) return null
    const found = sealed.safeParse(JSON.parse(plain.toString('utf8')))
    return found.success ? found.data : null
  }

  const itemValue = (key: Buffer, keyId: string, state: z.infer<typeof sealed>): string => {
    const base = { v: 1 as const, flavour: host.flavour.name, keyId, key: key.toString('base64url') }
    const full = JSON.stringify({ ...base, sealed: state })
    return Buffer.byteLength(full) <= itemLimit ? full : JSON.stringify({ ...base, sealed: null })
  }

  const load = async (): Promise<Loaded> => {
    const mine = ++epoch
    const [file, previous, install] = await Promise.all([read(path), read(`${path}.prev`), read(installPath)])
    // No journal, no session: the keychain need not even be asked, and an interrupted sign-out cannot come back to life.
    if ((file === null && previous === null) || install === null) return { kind: 'empty' }
    let value: string | null
    try {
      value = await host.keychain.get(service, install.toString('utf8'))
    } catch (thrown) {
      return { kind: 'blocked', problem: problemOf(thrown) }
    }
    // A locked Linux keyring answers "nothing stored": the journal tells that something was.
    if (value === null) return { kind: 'blocked', problem: 'locked' }
    const found = parseItem(value)
    if (found === null) return { kind: 'blocked', problem: 'unreadable' }
    const ids = [file, previous].filter((bytes) => bytes !== null).map(keyIdOf)
    if (ids.every((id) => id !== null && id !== found.keyId)) return { kind: 'blocked', problem: 'unreadable' }
    const key = Buffer.from(found.key, 'base64url')
    const states = [openFile(file, key), openFile(previous, key), found.sealed].filter((state) => state !== null)
    const newest = states.sort((a, b) => b.generation - a.generation)[0]
    if (newest === undefined) return { kind: 'corrupt' }
    if (mine === epoch) opened = { key, keyId: found.keyId, generation: newest.generation }
    return { kind: 'ready', session: newest.session }
  }

  /** Names this installation's keychain item, so that two data folders never share one. No secret. */
  const installId = async (): Promise<string> => {
    const found = await read(installPath)
    if (found !== null) return found.toString('utf8')
    const made = randomBytes(8).toString('hex')
    await mkdir(dirname(installPath), { recursive: true, mode: 0o700 })
    await writeFile(installPath, made, { mode: 0o600 })
    return made
  }

  const serially = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = writing
    const mine = (async () => {
      await before.catch(() => undefined)
      return await work()
    })()
    writing = mine.catch(() => undefined)
    return await mine
  }

  const save = async (session: SavedSession): Promise<KeychainProblem | null> =>
    await serially(async () => {
      const mine = ++epoch
      const key = opened?.key ?? randomBytes(32)
      const keyId = opened?.keyId ?? randomBytes(8).toString('hex')
      const state = { generation: (opened?.generation ?? 0) + 1, session }
      const value = itemValue(key, keyId, state)
      const account = await installId()
      try {
        const written = (async () => {
          await host.keychain.set(service, account, value)
          return await host.keychain.get(service, account)
        })()
        // Given up, it may still be written: without a journal beside it, it opens nothing.
        if ((await within(written, waits.save)) !== value) throw new KeychainFault('unavailable')
      } catch (thrown) {
        host.log({ level: 'warn', event: 'vault.memory-only', fields: { problem: problemOf(thrown) } })
        return problemOf(thrown)
      }
      await writeAtomically(path, seal(key, keyId, host.flavour.name, Buffer.from(JSON.stringify(state))))
      if (mine === epoch) opened = { key, keyId, generation: state.generation }
      return null
    })

  const update = async (session: SavedSession): Promise<void> => {
    if (opened === null) return
    await serially(async () => {
      if (opened === null) return
      const state = { generation: opened.generation + 1, session }
      const { key, keyId } = opened
      await writeAtomically(path, seal(key, keyId, host.flavour.name, Buffer.from(JSON.stringify(state))))
      opened = { key, keyId, generation: state.generation }
      const mine = epoch
      // The journal is durable; the keychain follows when it can.
      background = background
        .then(async () => {
          if (mine === epoch && opened?.generation === state.generation)
            await host.keychain.set(service, await installId(), itemValue(key, keyId, state))
        })
        .catch((thrown: unknown) =>
          host.log({ level: 'warn', event: 'vault.keychain-behind', fields: { problem: problemOf(thrown) } }),
        )
    })
  }

  return {
    load,
    save,
    update,
    async erase() {
      epoch++
      await serially(async () => {
        opened?.key.fill(0)
        opened = null
        await erase(path)
        const deleted = (async () => {
          await background
          await host.keychain.delete(service, await installId())
        })()
        try {
          await within(deleted, waits.erase)
        } catch (thrown) {
          host.log({ level: 'warn', event: 'vault.orphan-key', fields: { problem: problemOf(thrown) } })
        }
      })
    },
    cacheKey: (id) => (opened === null ? null : Buffer.from(hkdfSync('sha256', opened.key, id, 'cache', 32))),
    async close() {
      await writing
      await background
    },
  }
}
