import { BrowserWindow, app } from 'electron'
import { readSandboxed } from '../config.ts'
import type { DesktopPaths } from '../config.ts'
import type { Flavour } from '../flavour.ts'
import type { Log } from '../host.ts'
import type { Closing } from '../system/closing/closing.ts'
import { beginTrial } from '../updates/begin-trial.ts'
import { createVerifyCodeSignature } from '../updates/code-signature.ts'
import { updateSupport } from '../updates/support.ts'
import { updateBuild } from '../updates/trusted-keys.ts'
import type { UpdateHost } from '../updates/update-host.ts'

interface Deps {
  readonly flavour: Flavour
  /** The app's data folder. */
  readonly data: string
  readonly paths: DesktopPaths
  readonly env: NodeJS.ProcessEnv
  readonly closing: () => Closing
  readonly log: Log
}

/** Electron as the program that is updated. */
function createUpdateHost({ flavour, paths, env, closing }: Deps): UpdateHost {
  const { platform, arch, resourcesPath: resources } = process
  return {
    support: updateSupport({
      packaged: app.isPackaged,
      platform,
      executable: app.getPath('exe'),
      resources,
      productName: flavour.productName,
      appImage: paths.appImage,
      sandboxed: readSandboxed(env),
    }),
    build: updateBuild,
    platform: platform === 'win32' || platform === 'darwin' ? platform : 'linux',
    arch: arch === 'arm64' ? 'arm64' : 'x64',
    resources,
    verifyCodeSignature: createVerifyCodeSignature({ env }),
    hasWindow: () => BrowserWindow.getAllWindows().length > 0,
    quit() {
      closing().leave('update')
      app.quit()
    },
    leaving: () => closing().leaving(),
    // What was asked of the start that ends is done: a link, or to stay hidden.
    relaunch: (file) => app.relaunch(file === null ? { args: [] } : { execPath: file, args: [] }),
  }
}

/** The first thing of a start, before Electron is ready. Null: the version before is to run again; this process has to end now. */
export async function openUpdater(deps: Deps): Promise<UpdateHost | null> {
  const { data, log } = deps
  const host = createUpdateHost(deps)
  return (await beginTrial({ host, version: app.getVersion(), data, log })) === 'returning' ? null : host
}
