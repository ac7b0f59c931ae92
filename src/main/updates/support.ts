import { constants } from 'node:fs'
import { accessSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { z } from 'zod'
import type { updatesOff } from '../../contract/updates.ts'

export type UpdateSupport =
  | { readonly kind: 'off'; readonly reason: z.infer<typeof updatesOff> }
  /** `image`: the file that runs. */
  | { readonly kind: 'appimage'; readonly image: string }
  | { readonly kind: 'nsis' }
  | { readonly kind: 'mac' }

interface Facts {
  readonly packaged: boolean
  readonly platform: NodeJS.Platform
  /** The program's own file. */
  readonly executable: string
  /** Electron's `process.resourcesPath`. */
  readonly resources: string
  readonly productName: string
  /** The AppImage that this is, if it is one. */
  readonly appImage: string | null
  /** Flatpak and Snap tell by the environment. */
  readonly sandboxed: boolean
}

const writable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
const packageType = (resources: string): string => {
  try {
    return readFileSync(join(resources, 'package-type'), 'utf8').trim()
  } catch {
    return ''
  }
}

/** How this installation can be updated, or why the app does not do it. Looks at the disk, changes nothing. */
export function updateSupport(facts: Facts): UpdateSupport {
  const { packaged, platform, executable, resources, productName, appImage, sandboxed } = facts
  const off = (reason: z.infer<typeof updatesOff>): UpdateSupport => ({ kind: 'off', reason })
  if (!packaged) return off('development')
  if (platform === 'linux') {
    if (sandboxed) return off('package-manager')
    if (appImage !== null)
      return writable(dirname(appImage)) ? { kind: 'appimage', image: appImage } : off('not-supported')
    // electron-builder leaves this file in deb, rpm and pacman packages; distributions install under these folders.
    const managed = packageType(resources) !== '' || /^\/(opt|usr|nix|snap)\//.test(executable)
    return off(managed ? 'package-manager' : 'not-supported')
  }
  if (platform === 'win32')
    // The installer leaves its uninstaller beside the program; the unpacked zip has none.
    return existsSync(join(dirname(executable), `Uninstall ${productName}.exe`))
      ? { kind: 'nsis' }
      : off('not-supported')
  // Opened from a download or a disk image, macOS runs a copy in a read-only place that nothing can replace.
  if (platform === 'darwin')
    return executable.includes('/AppTranslocation/') || !writable(dirname(join(resources, '../../')))
      ? off('not-supported')
      : { kind: 'mac' }
  return off('not-supported')
}
