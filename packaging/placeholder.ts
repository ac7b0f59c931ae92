import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeMacPlaceholder } from './placeholder-mac.ts'
import { windowsProgram } from './placeholder-windows.ts'

/** Systems that are packed for. */
export type System = 'linux' | 'darwin' | 'win32'

/**
 * Electron's marker of the fuse wire in its binary. After it: the version of the wire (1), the number of fuses, a character for each:
 * `1` on, `0` off (github.com/electron/fuses).
 */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** As Electron 45 ships them: nine, in the order of FuseV1Options. */
const shipped = '101100111'
const wire = Buffer.concat([
  Buffer.from(sentinel, 'latin1'),
  Buffer.from([1, shipped.length]),
  Buffer.from(shipped, 'latin1'),
  Buffer.from('\n'),
])
const script = Buffer.from('#!/bin/sh\necho "This is a placeholder: it was packed without Electron." >&2\nexit 1\n')

/**
 * Writes what an unpacked Electron looks like, without Electron: enough for electron-builder to lay out a package, flip fuses, write
 * the hash of the asar and have all that checked, where the binary cannot be had. What is packed from it does not run as an app.
 */
export function writePlaceholder(folder: string, version: string, system: System): void {
  const write = (name: string, content: string | Buffer, mode = 0o644): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
    chmodSync(join(folder, name), mode)
  }
  write('version', version)
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) write(name, 'placeholder\n')
  if (system === 'darwin') return writeMacPlaceholder({ write, version, program: script, wire })
  mkdirSync(join(folder, 'resources'), { recursive: true })
  for (const name of ['resources.pak', 'locales/en-US.pak']) write(name, 'placeholder\n')
  if (system === 'win32') return write('electron.exe', Buffer.concat([windowsProgram(version), wire]))
  write('electron', Buffer.concat([script, wire]), 0o755)
  write('chrome-sandbox', '#!/bin/sh\n', 0o755)
}
