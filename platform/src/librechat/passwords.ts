import { randomBytes } from 'node:crypto'
import type { Fernet } from '../fernet.ts'
import { FernetError } from '../fernet.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { ProvisioningFault } from './fault.ts'

/** Passwords for LibreChat, which takes 8 to 128 characters: 32 random ones, kept Fernet-encrypted (140 characters). */
export interface LibreChatPasswords {
  /** There is a key. */
  readonly available: boolean
  /** Encrypted; throws ProvisioningFault `no-encryption-key`. */
  create(): string
  /** Encrypted, or null (and logged) when it cannot be made. */
  tryCreate(): string | null
  /** In plain; throws ProvisioningFault `no-encryption-key` or `unreadable-password`. */
  read(encrypted: string): string
}

export function createLibreChatPasswords({ fernet, log }: { fernet: Fernet | null; log: Log }): LibreChatPasswords {
  const key = (): Fernet => {
    if (!fernet) throw new ProvisioningFault('no-encryption-key')
    return fernet
  }
  const create = (): string => key().encrypt(randomBytes(24).toString('base64url'))

  return {
    available: fernet !== null,
    create,
    tryCreate() {
      try {
        return create()
      } catch (error) {
        log({ level: 'warn', event: 'librechat.password-not-made', fields: errorFields(error) })
        return null
      }
    },
    read(encrypted) {
      try {
        return key().decrypt(encrypted)
      } catch (cause) {
        throw cause instanceof FernetError ? new ProvisioningFault('unreadable-password', { cause }) : cause
      }
    },
  }
}
