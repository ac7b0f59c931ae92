import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Arch, Platform, build } from 'electron-builder'
import { writeSbom } from '../release/sbom.ts'
import type { Flavour } from '../src/main/flavour.ts'
import { contentProblems, fuseProblems, integrityProblems, packedMetadata } from './check-packed.ts'
import { buildOf, checkVersion, flavourConfig } from './flavour-config.ts'
import { writeIcons } from './icons.ts'
import { afterRemoveTemplate } from './linux-scripts.ts'
import { thirdPartyNotices } from './notices.ts'
import { writePlaceholder } from './placeholder.ts'
import type { System } from './placeholder.ts'

interface Order {
  readonly root: string
  readonly flavour: Flavour
  readonly version: string
  readonly system: System
  readonly output: string
  /** For what is made on the way. */
  readonly work: string
  /** Pack without Electron. */
  readonly placeholder: boolean
  /** Of electron-builder; null: all that electron-builder.yml has for the system. */
  readonly targets: readonly string[] | null
  readonly updateUrl: string | null
}

/** Native modules of an app: SQLite's and the keychain's; a universal app for macOS has them for both processors. */
const natives = { linux: 2, win32: 2, darwin: 4 } as const

const platforms = { linux: Platform.LINUX, win32: Platform.WINDOWS, darwin: Platform.MAC } as const

/** For targets that were named; electron-builder.yml has its own. Only a Mac can merge the two halves of a universal app. */
const architecturesOf = ({ system, targets, placeholder }: Order): Arch[] =>
  system === 'darwin' && targets !== null && !placeholder ? [Arch.universal] : []

/** Unpacked apps under the output, with their program and their resources. */
export function unpackedApps(output: string, flavour: Flavour): { executable: string; resources: string }[] {
  const { productName, executableName } = flavour
  const folders = readdirSync(output, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.flatMap(({ name }) => {
    const at = join(output, name)
    if (name.startsWith('linux') && name.includes('unpacked'))
      return { executable: join(at, executableName), resources: join(at, 'resources') }
    if (name.startsWith('win') && name.includes('unpacked'))
      return { executable: join(at, `${productName}.exe`), resources: join(at, 'resources') }
    const contents = join(at, `${productName}.app`, 'Contents')
    if (!existsSync(contents)) return []
    return { executable: join(contents, 'MacOS', productName), resources: join(contents, 'Resources') }
  })
}

/**
 * Packs `out/` as a flavour for a system and checks the result: content, fuses, metadata. Answers the programs that were checked.
 * Throws an Error that lists what is wrong.
 */
export async function pack(order: Order): Promise<string[]> {
  const { root, flavour, version, system, output, work, placeholder } = order
  checkVersion(flavour, version)
  const icons = await writeIcons(join(root, 'resources/icon.svg'), flavour.name, join(work, 'icons'))
  const notices = join(work, 'THIRD-PARTY-NOTICES.txt')
  writeFileSync(notices, thirdPartyNotices(root, writeSbom(root)))
  const installer = join(work, 'installer.nsh')
  const own = readFileSync(join(root, 'resources/installer.nsh'), 'utf8')
  writeFileSync(
    installer,
    `!define HESTAMI_PROTOCOL "${flavour.protocol}"\n!define HESTAMI_DATA "${flavour.dataFolder}"\n${own}`,
  )
  const afterRemove = join(work, 'after-remove.sh')
  writeFileSync(afterRemove, afterRemoveTemplate())
  const electron = join(work, 'electron')
  const { version: electronVersion } = JSON.parse(
    readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'),
  ) as {
    version: string
  }
  if (placeholder) writePlaceholder(electron, electronVersion, system)
  await build({
    projectDir: root,
    publish: 'never',
    targets: platforms[system].createTarget(
      order.targets === null ? null : [...order.targets],
      ...architecturesOf(order),
    ),
    config: flavourConfig(flavour, {
      version,
      build: buildOf(root),
      icons,
      notices,
      installer,
      afterRemove,
      output,
      electronDist: placeholder ? electron : null,
      updateUrl: order.updateUrl,
    }),
  })
  const apps = unpackedApps(output, flavour)
  if (apps.length === 0) throw new Error(`nothing was unpacked in ${output}`)
  const problems: string[] = []
  for (const { executable, resources } of apps) {
    problems.push(...(await fuseProblems(executable)))
    problems.push(
      ...contentProblems(resources, {
        natives: natives[system],
        developer: flavour.developer,
      }),
    )
    problems.push(...integrityProblems(system, executable, resources))
    const metadata = packedMetadata(join(resources, 'app.asar'))
    if (metadata['version'] !== version) problems.push(`package.json inside says ${String(metadata['version'])}`)
    if (metadata['productName'] !== flavour.productName) problems.push('package.json inside names another product')
  }
  if (problems.length > 0) throw new Error(`the package is not right:\n  ${problems.join('\n  ')}`)
  return apps.map(({ executable }) => executable)
}
