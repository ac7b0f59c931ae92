import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What one local stack is made of; kept beside its data so that a restart is the same stack. */
export interface StackSecrets {
  /** A Fernet key. */
  readonly encryptionKey: string
  readonly jwtSecret: string
  readonly demoPassword: string
  readonly demoUserId: string | null
  /** Fixed, because a saved session belongs to the servers' addresses. 0: not chosen yet. */
  readonly platformPort: number
  readonly librechatPort: number
}

/** A password that keeps the platform's rules: upper and lower case, a special character, at least 12 long. */
const password = (): string => `Demo-${randomBytes(9).toString('base64url')}-x7!`

const fresh = (): StackSecrets => ({
  encryptionKey: `${randomBytes(32).toString('base64url')}=`,
  jwtSecret: randomBytes(32).toString('base64url'),
  demoPassword: password(),
  demoUserId: null,
  platformPort: 0,
  librechatPort: 0,
})

/** `secrets.json` in the stack's folder, mode 0600. */
export function openSecrets(folder: string): { get(): StackSecrets; set(patch: Partial<StackSecrets>): void } {
  const path = join(folder, 'secrets.json')
  let current = fresh()
  try {
    current = { ...current, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<StackSecrets>) }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
  }
  const save = (): void => {
    // The database's own account must get past this folder; the file itself is closed.
    mkdirSync(folder, { recursive: true, mode: 0o711 })
    writeFileSync(`${path}.tmp`, JSON.stringify(current), { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
  }
  save()
  return {
    get: () => current,
    set(patch) {
      current = { ...current, ...patch }
      save()
    },
  }
}
