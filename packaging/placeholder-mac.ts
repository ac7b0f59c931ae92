interface Parts {
  readonly write: (name: string, content: string | Buffer, mode?: number) => void
  readonly version: string
  /** What stands for a program. */
  readonly program: Buffer
  /** The fuse wire, which lies in the framework. */
  readonly wire: Buffer
}

const plist = (values: Readonly<Record<string, string>>): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
${Object.entries(values)
  .map(([key, value]) => `<key>${key}</key><string>${value}</string>`)
  .join('\n')}
</dict></plist>
`

/** `Electron.app` as electron-builder expects it: the program, its four helpers and the framework. */
export function writeMacPlaceholder({ write, version, program, wire }: Parts): void {
  const bundle = (at: string, name: string): void => {
    const values = {
      CFBundleExecutable: name,
      CFBundleName: name,
      CFBundleIdentifier: 'com.github.Electron',
      CFBundleIconFile: 'electron.icns',
      CFBundlePackageType: 'APPL',
      CFBundleVersion: version,
    }
    write(`${at}/Contents/Info.plist`, plist(values))
    write(`${at}/Contents/MacOS/${name}`, program, 0o755)
  }
  bundle('Electron.app', 'Electron')
  write('Electron.app/Contents/Resources/electron.icns', '')
  const frameworks = 'Electron.app/Contents/Frameworks'
  for (const helper of ['', ' (GPU)', ' (Plugin)', ' (Renderer)'])
    bundle(`${frameworks}/Electron Helper${helper}.app`, `Electron Helper${helper}`)
  write(`${frameworks}/Electron Framework.framework/Electron Framework`, wire, 0o755)
}
