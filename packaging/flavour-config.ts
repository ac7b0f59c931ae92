import { execFileSync } from 'node:child_process'
import type { Configuration } from 'electron-builder'
import { flavourOf } from '../src/main/flavour.ts'
import type { Flavour, FlavourName } from '../src/main/flavour.ts'
import type { IconPaths } from './icons.ts'

/** Commit and day of the commit: the same commit packs the same app. `development` outside of a checkout. */
export function buildOf(root: string): { readonly commit: string; readonly date: string } | null {
  try {
    const git = (format: string): string =>
      execFileSync('git', ['log', '-1', `--format=${format}`], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
    return { commit: git('%h'), date: git('%cs') }
  } catch {
    return null
  }
}

/** Throws an Error where a version would be another flavour at run time. */
export function checkVersion(flavour: Flavour, version: string): void {
  const found = flavourOf({ packaged: true, version })
  if (found.name !== flavour.name)
    throw new Error(
      `${version} is a version of ${found.name}, not of ${flavour.name}: 1.2.3 is production, 1.2.3-beta.1 beta, 1.2.3-debug.1 debug`,
    )
}

/** `1.2.3` as a version of another flavour. */
export function versionFor(flavour: FlavourName, version: string): string {
  if (flavourOf({ packaged: true, version }).name === flavour) return version
  const [plain = version] = version.split('-')
  return flavour === 'production' ? plain : `${plain}-${flavour}.0`
}

interface Facts {
  readonly version: string
  readonly build: ReturnType<typeof buildOf>
  readonly icons: IconPaths
  /** THIRD-PARTY-NOTICES.txt. */
  readonly notices: string
  /** The part of the Windows uninstaller that is ours (resources/installer.nsh) with the names of the flavour. */
  readonly installer: string
  /** The script of deb and rpm for after a removal. */
  readonly afterRemove: string
  /** Where packages go. */
  readonly output: string
  /** An unpacked Electron to use instead of the one that electron-builder fetches. */
  readonly electronDist: string | null
  readonly updateUrl: string | null
}

/** What electron-builder is told besides electron-builder.yml: all that differs between flavours, from the one table of them. */
export function flavourConfig(flavour: Flavour, facts: Facts): Configuration {
  const { appId, productName, executableName, protocol, updateChannel } = flavour
  const { icons } = facts
  return {
    appId,
    productName,
    directories: { output: facts.output, buildResources: 'resources' },
    ...(facts.electronDist === null ? {} : { electronDist: facts.electronDist }),
    extraMetadata: {
      name: executableName,
      productName,
      version: facts.version,
      desktopName: `${executableName}.desktop`,
      homepage: 'https://hestami.example',
      ...(facts.build === null ? {} : { source: facts.build }),
    },
    files: [
      { from: 'resources/tray', to: 'resources/tray', filter: [`${flavour.name}/*.png`] },
      { from: icons.window.replace(/[^/\\]+$/, ''), to: 'resources', filter: ['icon.png'] },
      ...(flavour.developer ? [{ from: 'out/replay', to: 'out/replay', filter: ['**/*', '!**/*.map'] }] : []),
    ],
    extraFiles: [{ from: facts.notices, to: 'THIRD-PARTY-NOTICES.txt' }],
    // Flipping fuses breaks the signature of Electron's own; unsigned, a Mac with Apple silicon would not start the app.
    electronFuses: { resetAdHocDarwinSignature: process.platform === 'darwin' },
    protocols: [{ name: productName, schemes: [protocol] }],
    // Apps look where the build told them; this makes electron-builder write the channel files that `npm run release` signs.
    publish: { provider: 'generic', url: facts.updateUrl ?? 'https://updates.invalid/', channel: updateChannel },
    linux: {
      executableName,
      icon: icons.pngs,
      desktop: {
        entry: {
          Name: productName,
          StartupWMClass: productName,
          Keywords: 'chat;assistant;home;',
          Actions: 'NewChat;NewChatFromClipboard;QuickWindow;',
        },
        desktopActions: {
          NewChat: { Name: 'New chat', Exec: `${executableName} --new-chat` },
          NewChatFromClipboard: {
            Name: 'New chat from clipboard',
            Exec: `${executableName} --new-chat-from-clipboard`,
          },
          QuickWindow: { Name: 'Quick window', Exec: `${executableName} --quick` },
        },
      },
    },
    deb: { afterRemove: facts.afterRemove },
    rpm: { afterRemove: facts.afterRemove },
    mac: { icon: icons.icns },
    dmg: { title: `${productName} ${facts.version}` },
    win: { icon: icons.ico },
    nsis: { shortcutName: productName, uninstallDisplayName: productName, include: facts.installer },
  }
}
