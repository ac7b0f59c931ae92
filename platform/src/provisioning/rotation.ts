import { DBOS } from '@dbos-inc/dbos-sdk'
import type { LibreChatPasswords } from '../librechat/passwords.ts'
import { ProvisioningFault } from '../librechat/fault.ts'
import type { LibreChatSignIn, LibreChatSync } from '../librechat/sync.ts'
import type { Log } from '../log.ts'
import type { UserRow, Users } from '../users/users.ts'
import type { Accounts } from './accounts.ts'
import { rotateWorkflow } from './names.ts'
import type { RunStep } from './outcome.ts'
import type { Ending, ProvisionUser } from './workflow.ts'

/**
 * Whom LibreChat lets in: with the next password, with the stored one, with neither, or there is no account at all. The
 * answer is LibreChat's own, by logging in, so it is right whatever was cut off before.
 */
type Proof =
  | { readonly opens: 'next' | 'stored'; readonly signIn: LibreChatSignIn }
  | { readonly opens: 'neither' | 'no-account'; readonly signIn?: undefined }

export interface RotationSteps {
  /** Keeps a next password for the user, encrypted, before LibreChat hears of it. */
  prepare(userId: string): Promise<void>
  /** Sets it in LibreChat. Repeating sets the same one again. */
  apply(userId: string, signal: AbortSignal): Promise<void>
  prove(userId: string, signal: AbortSignal): Promise<Proof>
  /** Makes the password that opens the account the stored one, in one transaction with dropping the other. */
  settle(userId: string, proof: Proof): Promise<void>
}

export interface RotationParts {
  readonly users: Users
  readonly accounts: Accounts
  readonly passwords: LibreChatPasswords
  readonly sync: LibreChatSync
}

export function createRotationSteps({ users, accounts, passwords, sync }: RotationParts): RotationSteps {
  const next = async (userId: string): Promise<{ user: UserRow; password: string }> => {
    const [user, account] = [await users.find(userId), await accounts.find(userId)]
    if (!user || !account?.nextPasswordEncrypted) throw new ProvisioningFault('no-such-user')
    return { user, password: passwords.read(account.nextPasswordEncrypted) }
  }
  const tryLogIn = async (
    email: string,
    password: string,
    signal: AbortSignal,
  ): Promise<LibreChatSignIn | 'other-password' | 'not-created'> => {
    try {
      return await sync.login(email, password, signal)
    } catch (error) {
      const problem = error instanceof ProvisioningFault ? error.problem : null
      if (problem === 'other-password' || problem === 'not-created') return problem
      throw error
    }
  }
  /** The stored password, unless no key opens it. */
  const stored = (user: UserRow): string | null => {
    try {
      return user.librechat_password_encrypted ? passwords.read(user.librechat_password_encrypted) : null
    } catch (error) {
      if (error instanceof ProvisioningFault && error.problem === 'unreadable-password') return null
      throw error
    }
  }

  return {
    async prepare(userId) {
      if ((await accounts.keepNextPassword(userId, passwords.create())) === null)
        throw new ProvisioningFault('no-such-user')
    },
    async apply(userId, signal) {
      const { user, password } = await next(userId)
      await sync.resetPassword(await sync.requestReset(user.email, signal), password, signal)
    },
    async prove(userId, signal) {
      const { user, password } = await next(userId)
      const withNext = await tryLogIn(user.email, password, signal)
      if (withNext === 'not-created') return { opens: 'no-account' }
      if (withNext !== 'other-password') return { opens: 'next', signIn: withNext }
      const current = stored(user)
      const withStored = current === null ? 'other-password' : await tryLogIn(user.email, current, signal)
      if (typeof withStored === 'string') return { opens: 'neither' }
      return { opens: 'stored', signIn: withStored }
    },
    async settle(userId, proof) {
      if (proof.opens === 'no-account') return accounts.adoptNextPassword(userId, null, 'requested')
      if (!proof.signIn) return accounts.dropNextPassword(userId, 'other-password')
      const { librechatUserId, termsPending } = proof.signIn
      const state = termsPending ? 'terms-pending' : 'provisioned'
      if (proof.opens === 'next') return accounts.adoptNextPassword(userId, librechatUserId, state)
      return accounts.dropNextPassword(userId, state)
    },
  }
}

/** Registers `rotate_librechat_password(userId)` with DBOS. To be called before it is launched. */
export function registerRotation(parts: {
  readonly steps: RotationSteps
  readonly runStep: RunStep
  readonly users: Users
  readonly provisionUser: ProvisionUser
  readonly closing: AbortSignal
  readonly log: Log
}): void {
  const { steps, runStep, users, provisionUser, closing, log } = parts

  DBOS.registerWorkflow(
    async (userId: string): Promise<Ending> => {
      const known = await runStep(userId, 'read_user', async () => {
        const user = await users.find(userId)
        return Boolean(user?.librechat_user_id && user.librechat_password_encrypted)
      })
      if ('failure' in known) return provisionUser.failed(userId, known.failure)
      if (!known.done) {
        const result = await provisionUser.account(userId)
        if ('done' in result) return provisionUser.ended(userId, result.done)
        if (!['other-password', 'unreadable-password'].includes(result.failure.problem))
          return provisionUser.failed(userId, result.failure)
      }
      const prepared = await runStep(userId, 'prepare_password', () => steps.prepare(userId))
      if ('failure' in prepared) return provisionUser.failed(userId, prepared.failure)
      const applied = await runStep(userId, 'set_password', () => steps.apply(userId, closing))
      // Whatever came of it: which password opens the account is asked of LibreChat, not concluded.
      const proof = await runStep(userId, 'prove_password', () => steps.prove(userId, closing))
      if ('failure' in proof) return provisionUser.failed(userId, proof.failure)
      const settled = await runStep(userId, 'settle_password', () => steps.settle(userId, proof.done))
      if ('failure' in settled) return provisionUser.failed(userId, settled.failure)
      const { opens } = proof.done
      const why = 'failure' in applied ? applied.failure.problem : null
      log({ level: 'info', event: 'librechat.password-rotated', fields: { userId, rotated: opens === 'next', why } })
      if (opens !== 'no-account') return { state: opens === 'neither' ? 'other-password' : 'provisioned' }
      const result = await provisionUser.account(userId)
      return 'done' in result ? provisionUser.ended(userId, result.done) : provisionUser.failed(userId, result.failure)
    },
    { name: rotateWorkflow },
  )
}
