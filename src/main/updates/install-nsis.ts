import { spawn } from 'node:child_process'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyFile } from './download.ts'
import type { Installer, InstallerDeps } from './install-types.ts'
import { pendingOf } from './install-types.ts'
import { cacheName } from './library.ts'
import type { SignedFile } from './record.ts'
import { trustedKeysOf } from './trusted-keys.ts'
import { verifyStatement } from './statement.ts'
import { UpdateFault, diskFault } from './update-fault.ts'

/** Starts a program that outlives this one. */
async function startDetached(file: string, args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(file, args, { detached: true, stdio: 'ignore' })
    child.once('error', reject)
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
  })
}

/**
 * Windows: the installer replaces the app while it does not run, and starts it again. The installer of the version that proved
 * itself last is kept: it is what puts that version back, and what the next download is compared with.
 */
export function createNsisInstaller({ host, version, folder, record }: InstallerDeps): Installer {
  const { build, resources, verifyCodeSignature } = host
  const cache = join(folder, cacheName)
  /** Where electron-updater expects the installer of what runs. */
  const kept = join(cache, 'installer.exe')
  const pendingFolder = join(cache, 'pending')

  const checkPublisher = async (path: string): Promise<void> => {
    if ((await verifyCodeSignature(build.publishers, path)) !== null) throw new UpdateFault('code-signature')
  }

  return {
    async prepare({ path, update }) {
      if (!(await verifyFile(path, update.statement))) throw new UpdateFault('changed-on-disk')
      await checkPublisher(path)
    },
    async apply(ready, run) {
      const { statement, signatures } = ready.update
      if (!(await verifyFile(ready.path, statement))) throw new UpdateFault('changed-on-disk')
      const installer: SignedFile = { statement, signatures: [...signatures] }
      if (!record.set({ pending: pendingOf(ready, version), installer })) throw new UpdateFault('disk')
      if (ready.library.install(run)) return
      record.set({ pending: null, installer: null })
      throw new UpdateFault('installer')
    },
    async proved() {
      const { installer } = record.get()
      if (installer === null) return
      const { statement } = installer
      try {
        if (statement.version === version) {
          await mkdir(cache, { recursive: true })
          // Not there any more: moved, before something ended the app and this was noted.
          await rename(join(pendingFolder, statement.file), kept).catch(() => undefined)
          if (await verifyFile(kept, statement)) record.set({ good: installer })
          await rm(pendingFolder, { recursive: true, force: true })
        }
        record.set({ installer: null })
      } catch (thrown) {
        throw diskFault(thrown)
      }
    },
    async goBack() {
      const { good } = record.get()
      // The one downgrade there is: to the version that this installation itself saw healthy last, signed as any update is.
      if (good === null || !(await verifyFile(kept, good.statement))) throw new UpdateFault('changed-on-disk')
      if (verifyStatement(good.statement, good.signatures, trustedKeysOf(build)) !== 'signed')
        throw new UpdateFault('changed-on-disk')
      await checkPublisher(kept)
      const args = ['--updated', '/S', '--force-run']
      await startDetached(kept, args)
        .catch(async () => await startDetached(join(resources, 'elevate.exe'), [kept, ...args]))
        .catch((thrown: unknown) => {
          throw new UpdateFault('installer', thrown)
        })
    },
  }
}
