import { verifyFile } from './download.ts'
import { createAppImageInstaller } from './install-appimage.ts'
import { createNsisInstaller } from './install-nsis.ts'
import { pendingOf } from './install-types.ts'
import type { Installer, InstallerDeps, Ready, SerialInstaller } from './install-types.ts'
import { UpdateFault } from './update-fault.ts'

/** macOS: Squirrel installs, and keeps nothing that could be gone back to. */
function createMacInstaller({ version, record }: InstallerDeps): Installer {
  const check = async ({ path, update }: Ready): Promise<void> => {
    if (!(await verifyFile(path, update.statement))) throw new UpdateFault('changed-on-disk')
  }
  return {
    prepare: check,
    async apply(ready) {
      await check(ready)
      if (!record.set({ pending: pendingOf(ready, version) })) throw new UpdateFault('disk')
    },
    proved: async () => await Promise.resolve(),
    goBack: async () => await Promise.reject(new UpdateFault('installer')),
  }
}

function installerOf(deps: InstallerDeps): Installer {
  const { support } = deps.host
  if (support.kind === 'appimage') return createAppImageInstaller(deps, support.image)
  return support.kind === 'nsis' ? createNsisInstaller(deps) : createMacInstaller(deps)
}

export function createInstaller(deps: InstallerDeps): SerialInstaller {
  const { prepare, apply, proved, goBack } = installerOf(deps)
  let last = Promise.resolve()
  const next = async (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    await mine
  }
  return {
    prepare: async (ready) => await next(async () => await prepare(ready)),
    apply: async (ready, run) => await next(async () => await apply(ready, run)),
    proved: async () => await next(proved),
    goBack: async () => await next(goBack),
    settled: async () => await last,
  }
}
