import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Flavour } from '../flavour.ts'
import type { Log } from '../host.ts'
import { readJsonPolicies } from './json-files.ts'
import { parsePolicy, partsOf } from './parse-policy.ts'
import type { ParsedPolicy, PolicySource } from './parse-policy.ts'
import { parseRegistry, registryKeys } from './registry.ts'

const run = promisify(execFile)
/** Milliseconds that a tool of the system may take; the app starts without a policy then. */
const toolLimit = 5_000

interface Deps {
  readonly flavour: Flavour
  readonly platform: NodeJS.Platform
  /** The folder of Windows (`SystemRoot`). */
  readonly windows: string
  /** Another folder of JSON policies than /etc/<name>/policies, and whose files count there; for development. */
  readonly folder?: { readonly path: string; readonly owner: number }
  readonly log: Log
}

/** Where JSON policies are on systems that have neither a registry nor managed preferences. */
export const policyFolder = (flavour: Flavour): string => `/etc/${flavour.executableName}/policies`

const output = async (program: string, args: readonly string[]): Promise<string | null> => {
  try {
    return (await run(program, [...args], { timeout: toolLimit, windowsHide: true, maxBuffer: 4 * 1024 * 1024 })).stdout
  } catch {
    // No such key, no such file, or no such tool: nobody has set a policy there.
    return null
  }
}

async function fromRegistry({ flavour, windows }: Deps): Promise<PolicySource[]> {
  const program = join(windows, 'System32', 'reg.exe')
  const asked = registryKeys(flavour.productName).map(async (key) => {
    const printed = await output(program, ['query', key, '/s'])
    return printed === null ? [] : [parseRegistry(printed, key)]
  })
  return (await Promise.all(asked)).flat()
}

/** None where the system does not know who runs this. */
function userNames(): string[] {
  try {
    return [userInfo().username]
  } catch {
    return []
  }
}

/** macOS keeps what a profile forces here; top-level keys are enforced, the dictionary `Recommended` holds defaults. */
async function fromManagedPreferences({ flavour }: Deps): Promise<PolicySource[]> {
  const base = '/Library/Managed Preferences'
  const file = `${flavour.appId}.plist`
  const sources: PolicySource[] = []
  for (const path of [join(base, file), ...userNames().map((name) => join(base, name, file))]) {
    if (!existsSync(path)) continue
    const text = await output('/usr/bin/plutil', ['-convert', 'json', '-o', '-', path])
    if (text !== null) sources.push({ from: path, ...managedParts(text) })
  }
  return sources
}

/** The two parts of managed preferences, as plutil prints them; text that is not JSON says nothing. */
export function managedParts(text: string): Pick<PolicySource, 'enforced' | 'recommended'> {
  try {
    const { Recommended: recommended, ...enforced } = JSON.parse(text) as Record<string, unknown>
    return partsOf({ enforced, recommended })
  } catch {
    return partsOf(null)
  }
}

function fromFiles({ flavour, folder, log }: Deps): PolicySource[] {
  const { sources, refused } = readJsonPolicies(folder?.path ?? policyFolder(flavour), folder?.owner)
  for (const { why } of refused) log({ level: 'warn', event: 'policy.refused', fields: { reason: why } })
  return [...sources]
}

async function sourcesOf(deps: Deps): Promise<PolicySource[]> {
  if (deps.folder !== undefined) return fromFiles(deps)
  if (deps.platform === 'win32') return await fromRegistry(deps)
  return deps.platform === 'darwin' ? await fromManagedPreferences(deps) : fromFiles(deps)
}

/** What the administrators of this computer decided. The computer's own policy wins over the user's. Never rejects. */
export async function readPolicy(deps: Deps): Promise<ParsedPolicy> {
  const { log } = deps
  const parsed = parsePolicy(await sourcesOf(deps))
  for (const { name, why } of parsed.problems) {
    const entry = why === 'unknown' ? null : name
    log({ level: 'warn', event: 'policy.entry-ignored', fields: { reason: why, entry } })
  }
  return parsed
}
