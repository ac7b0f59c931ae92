import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The parts of a CycloneDX 1.5 document that are read here. */
export interface Sbom {
  serialNumber?: string
  metadata: { timestamp?: string; component: { 'bom-ref': string } & Record<string, unknown> } & Record<string, unknown>
  components: { 'bom-ref': string; name: string; version: string; scope?: string }[]
  dependencies: { ref: string; dependsOn?: string[] }[]
}

/** Packages that the sources import by name: those that Vite puts into the bundles count, whatever package.json calls them. */
export function importedPackages(sources: readonly string[]): Set<string> {
  const names = new Set<string>()
  for (const source of sources)
    for (const [, name] of source.matchAll(/^import (?!type\b)[^'"]*?['"]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"]*)?['"]/gm))
      if (name !== undefined && !name.startsWith('.') && !name.startsWith('node:')) names.add(name)
  return names
}

/** Keeps the root, the named packages and all that they need. */
export function shippedOnly(all: Sbom, names: ReadonlySet<string>): Sbom {
  const edges = new Map(all.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]))
  const root = all.metadata.component['bom-ref']
  const byRef = new Map(all.components.map((component) => [component['bom-ref'], component]))
  const direct = (edges.get(root) ?? []).filter((ref) => names.has(byRef.get(ref)?.name ?? ''))
  const kept = new Set<string>()
  const walk = (ref: string): void => {
    if (kept.has(ref)) return
    kept.add(ref)
    // Types and tools that a shipped package lists are not shipped with it: Electron's own dependencies only fetch its binary.
    if (byRef.get(ref)?.name !== 'electron') for (const next of edges.get(ref) ?? []) walk(next)
  }
  for (const ref of direct) walk(ref)
  return {
    ...all,
    components: all.components
      .filter((component) => kept.has(component['bom-ref']))
      .map((component) => ({ ...component, scope: 'required' })),
    dependencies: [
      { ref: root, dependsOn: direct },
      ...all.dependencies.filter(({ ref }) => kept.has(ref) && byRef.get(ref)?.name !== 'electron'),
    ],
  }
}

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}

/**
 * What is inside the app, as CycloneDX 1.5 (from `npm sbom`): the packages that `src` imports with all that they need, and Electron.
 * Serial number and time are left out, so that the same commit gives the same file.
 */
export function writeSbom(root: string): Sbom {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--workspaces=false']
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const text = execFileSync(npm, args, { cwd: root, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' })
  const names = importedPackages(sourcesUnder(join(root, 'src')))
  const sbom = shippedOnly(
    JSON.parse(text.toString('utf8')) as Sbom,
    new Set([...names, ...Object.keys(dependencies), 'electron']),
  )
  delete sbom.serialNumber
  delete sbom.metadata.timestamp
  return sbom
}
