import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { extractFile, getRawHeader, listPackage, uncache } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'

/** Every fuse of this Electron, and how it has to be. A fuse that a newer Electron adds has to be decided here first. */
export const wantedFuses: Readonly<Record<keyof typeof FuseV1Options, boolean>> = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true,
}

/** What is wrong with the fuses of a packed executable; empty: nothing. */
export async function fuseProblems(executable: string): Promise<string[]> {
  const wire = await getCurrentFuseWire(executable)
  const problems: string[] = []
  for (const [name, wanted] of Object.entries(wantedFuses)) {
    const state = wire[FuseV1Options[name as keyof typeof FuseV1Options]]
    if (state !== (wanted ? FuseState.ENABLE : FuseState.DISABLE))
      problems.push(`fuse ${name} is not ${wanted ? 'on' : 'off'}`)
  }
  const known = Object.keys(wantedFuses).length
  const found = Object.keys(wire).filter((key) => /^\d+$/.test(key)).length
  if (found !== known) problems.push(`this Electron has ${found} fuses, ${known} are decided`)
  return problems
}

/** Files of an asar by their paths, without folders. Paths have forward slashes and no slash at their beginning. */
export function asarFiles(asar: string): string[] {
  // The library remembers what it read; here a file may have been packed again.
  uncache(asar)
  const all = listPackage(asar, { isPack: false }).map((path) => path.replaceAll('\\', '/').replace(/^\//, ''))
  const folders = new Set(all.map((path) => path.slice(0, path.lastIndexOf('/'))))
  return all.filter((path) => !folders.has(path)).sort()
}

/** SHA-256 of an asar's header, in hex: what Electron compares with the hash in the signed program (macOS, Windows). */
export function asarHeaderHash(asar: string): string {
  uncache(asar)
  return createHash('sha256').update(getRawHeader(asar).headerString).digest('hex')
}

/**
 * What is wrong with the hash that guards `app.asar`; empty: nothing. macOS has it in Info.plist (ElectronAsarIntegrity), Windows in a
 * resource of the program; Electron for Linux has no such check.
 */
export function integrityProblems(platform: string, executable: string, resources: string): string[] {
  if (platform !== 'darwin' && platform !== 'win32') return []
  const place = platform === 'darwin' ? join(resources, '../Info.plist') : executable
  const hash = asarHeaderHash(join(resources, 'app.asar'))
  if (!existsSync(place)) return [`${place} is missing`]
  return readFileSync(place).includes(hash) ? [] : [`${place} does not hold the hash of app.asar`]
}

const filesUnder = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(folder.length + 1)
            .replaceAll('\\', '/'),
        )
        .sort()
    : []

/** All that may lie beside the asar, where no integrity is checked: native modules, which the system has to load from a file. */
const unpacked = /^node_modules\/(better-sqlite3|keytar)\/prebuilds\/[^.]+\.node$/

/** What must not be in a package whatever its name. */
const unwanted: readonly (readonly [RegExp, string])[] = [
  [/\.map$/, 'a source map'],
  [/\.(ts|tsx|cts|mts)$/, 'a source file'],
  [/(^|\/)(tests?|__tests__|examples?|benchmarks?)\//, 'a test or an example'],
  [/^(src|dev|tests|bench|scripts|platform|packaging|release|docs)\//, 'a file of development'],
  [/node_modules\/(@dbos-inc|@hestami|fastify|pg|electron|vitest|playwright-core)\//, 'a package of development'],
  [/(^|\/)(\.env|.*\.(pem|p12|key))$/, 'a secret'],
]

/** What is wrong with the resources of a packed app; empty: nothing. `natives`: the `.node` files that must be there, and no others. */
export function contentProblems(
  resources: string,
  { natives, developer }: { readonly natives: number; readonly developer: boolean },
): string[] {
  const asar = join(resources, 'app.asar')
  if (!existsSync(asar)) return ['there is no app.asar']
  const inside = asarFiles(asar)
  const beside = filesUnder(join(resources, 'app.asar.unpacked'))
  const problems: string[] = []
  for (const path of [...inside, ...beside])
    for (const [pattern, what] of unwanted) if (pattern.test(path)) problems.push(`${path} is ${what}`)
  for (const path of beside) if (!unpacked.test(path)) problems.push(`${path} is not in the asar`)
  const found = beside.filter((path) => path.endsWith('.node'))
  if (found.length !== natives) problems.push(`${found.length} native modules, not ${natives}: ${found.join(', ')}`)
  if (existsSync(join(resources, 'app'))) problems.push('there is an unpacked app folder')
  for (const path of [
    'package.json',
    'out/main/index.js',
    'out/main/keychain-worker.js',
    'out/preload/index.cjs',
    'out/renderer/index.html',
    'out/renderer/quick.html',
    'out/renderer/safe.html',
    'resources/icon.png',
  ])
    if (!inside.includes(path)) problems.push(`${path} is missing`)
  if (!developer && inside.some((path) => path.startsWith('out/replay/')))
    problems.push('the replay is for debug builds only')
  return problems
}

/** The package.json of a packed app. */
export const packedMetadata = (asar: string): Record<string, unknown> => {
  uncache(asar)
  return JSON.parse(extractFile(asar, 'package.json').toString('utf8')) as Record<string, unknown>
}
