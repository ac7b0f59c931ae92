import { constants, realpathSync } from 'node:fs'
import { chmod, copyFile, link, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { sha512Of, verifyFile } from './download.ts'
import type { Installer, InstallerDeps } from './install-types.ts'
import { pendingOf } from './install-types.ts'
import { cacheName } from './library.ts'
import { UpdateFault, diskFault } from './update-fault.ts'

const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
/** What a link leads to; the name itself when there is nothing. */
const realOf = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
/** A second name where the file system can, else a copy. */
const linkOrCopy = async (from: string, to: string): Promise<void> => {
  await rm(to, { force: true })
  await link(from, to).catch(async () => await copyFile(from, to, constants.COPYFILE_FICLONE))
}

/**
 * An AppImage is one file: the new one is laid beside it, verified there, and takes its name in one step, so that at every
 * moment there is a whole file of that name. The file's name stays, whatever version it speaks of: menus and autostart point to
 * it. The old file is kept in the updates folder until the new version has proved itself.
 */
export function createAppImageInstaller({ host, version, folder, record }: InstallerDeps, appImage: string): Installer {
  const image = realOf(appImage)
  const beside = (what: string): string => join(dirname(image), `.${basename(image)}.${what}`)
  const staged = beside('update')
  const previous = join(folder, 'previous.AppImage')

  const putInPlace = async (path: string): Promise<void> => {
    await rename(path, image)
    // Not every file system lets a folder be synced.
    await syncFile(dirname(image)).catch(() => undefined)
  }
  const keep = async (): Promise<void> => {
    await linkOrCopy(image, `${previous}.new`)
    await syncFile(`${previous}.new`)
    const kept = await sha512Of(`${previous}.new`)
    await rename(`${previous}.new`, previous)
    if (!record.set({ previous: { version, ...kept } })) throw new UpdateFault('disk')
  }
  const drop = async (...paths: string[]): Promise<void> => {
    for (const path of paths) await rm(path, { recursive: true, force: true })
  }

  return {
    async prepare({ path, update }) {
      try {
        await drop(staged)
        await copyFile(path, staged, constants.COPYFILE_FICLONE)
        await chmod(staged, 0o755)
        await syncFile(staged)
        if (!(await verifyFile(staged, update.statement))) throw new UpdateFault('changed-on-disk')
        // What has not proved itself is not worth going back to, while there is something that has.
        const { trial, previous: older } = record.get()
        if (trial === null || older === null) await keep()
      } catch (thrown) {
        await drop(staged, `${previous}.new`).catch(() => undefined)
        throw diskFault(thrown)
      }
    },
    async apply(ready, run) {
      try {
        if (!(await verifyFile(staged, ready.update.statement))) throw new UpdateFault('changed-on-disk')
        if (!record.set({ pending: pendingOf(ready, version) })) throw new UpdateFault('disk')
        await putInPlace(staged)
      } catch (thrown) {
        throw diskFault(thrown)
      }
      if (run) host.relaunch(image)
    },
    async proved() {
      const kept = record.get().previous
      try {
        await drop(staged, beside('return'), `${previous}.new`, previous)
        if (kept === null) return
        record.set({ previous: null })
        // Else it was not installed, or gone back from: what was downloaded may still be wanted.
        if (kept.version !== version) await drop(join(folder, cacheName, 'pending'))
      } catch (thrown) {
        throw diskFault(thrown)
      }
    },
    async goBack() {
      const kept = record.get().previous
      const path = beside('return')
      try {
        if (kept === null) throw new UpdateFault('installer')
        // A second name would be enough, were it not for a return that is interrupted and tried again.
        await linkOrCopy(previous, path)
        await chmod(path, 0o755)
        if (!(await verifyFile(path, kept))) throw new UpdateFault('changed-on-disk')
        await putInPlace(path)
      } catch (thrown) {
        await drop(path).catch(() => undefined)
        throw diskFault(thrown)
      }
      host.relaunch(image)
    },
  }
}
