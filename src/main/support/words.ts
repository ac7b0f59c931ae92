import type { z } from 'zod'
import { events, requests } from '../../contract/ipc.ts'
import type { Refusal } from '../policy/json-files.ts'
import type { PolicyProblem } from '../policy/parse-policy.ts'
import type { Launch } from '../system/start/arguments.ts'
import type { GoneReason, Trouble } from '../system/window/crash-policy.ts'
import type { WindowState } from '../system/window/window-watch.ts'
import type { NoneReason, RefusalReason } from '../updates/accept.ts'
import type { UpdateRecord } from '../updates/record.ts'
import type { FaultReason } from '../updates/update-fault.ts'

/** Lists that the compiler keeps whole: a word that is new to one of these types has to be added here. */
const gone: Readonly<Record<GoneReason, true>> = {
  'clean-exit': true,
  'abnormal-exit': true,
  killed: true,
  crashed: true,
  oom: true,
  'launch-failed': true,
  'integrity-failure': true,
  'memory-eviction': true,
}
const windows: Readonly<Record<Trouble | WindowState, true>> = {
  crashing: true,
  'no-process': true,
  'changed-files': true,
  'nothing-drawn': true,
  none: true,
  crashed: true,
  unseen: true,
  seen: true,
}
const launches: Readonly<Record<NonNullable<Launch['refused']>, true>> = {
  link: true,
  'several-links': true,
  'too-long': true,
}
const updates: Readonly<Record<FaultReason | RefusalReason | NoneReason | keyof UpdateRecord, true>> = {
  cancelled: true,
  unreachable: true,
  redirected: true,
  status: true,
  stalled: true,
  'cut-off': true,
  'wrong-length': true,
  'too-long': true,
  'wrong-hash': true,
  'changed-on-disk': true,
  'code-signature': true,
  'disk-full': true,
  disk: true,
  library: true,
  installer: true,
  'wrong-channel': true,
  'wrong-platform': true,
  'wrong-arch': true,
  'bad-version': true,
  'version-of-another-channel': true,
  'no-file': true,
  'ambiguous-file': true,
  unsigned: true,
  'unknown-key': true,
  'bad-signature': true,
  'too-large': true,
  'not-yaml': true,
  'unknown-format': true,
  'unsafe-name': true,
  'bad-size': true,
  'bad-hash': true,
  'long-notes': true,
  'wrong-shape': true,
  current: true,
  older: true,
  'ran-before': true,
  halted: true,
  'minimum-version': true,
  'system-too-old': true,
  'not-in-rollout': true,
  installId: true,
  highest: true,
  pending: true,
  trial: true,
  previous: true,
  good: true,
  returning: true,
  notApplied: true,
  outcome: true,
}

const policies: Readonly<Record<Refusal | PolicyProblem['why'], true>> = {
  'not-a-file': true,
  'not-owned-by-root': true,
  'writable-by-others': true,
  'too-large': true,
  'not-json': true,
  unreadable: true,
  unknown: true,
  'not-for-policies': true,
  invalid: true,
}

/** What the system calls things, and words of the app's own adapters. */
const foreign = [
  // Electron: kinds of processes.
  'Utility',
  'Zygote',
  'Sandbox helper',
  'GPU',
  'Pepper Plugin',
  'Pepper Plugin Broker',
  'Unknown',
  // Electron: types of resources.
  'mainFrame',
  'subFrame',
  'stylesheet',
  'script',
  'image',
  'font',
  'object',
  'xhr',
  'ping',
  'cspReport',
  'media',
  'webSocket',
  'other',
  // Electron: permissions.
  'background-sync',
  'clipboard-read',
  'clipboard-sanitized-write',
  'display-capture',
  'fileSystem',
  'fullscreen',
  'geolocation',
  'hid',
  'idle-detection',
  'keyboardLock',
  'local-fonts',
  'mediaKeySystem',
  'midi',
  'midiSysex',
  'notifications',
  'openExternal',
  'pointerLock',
  'sensors',
  'serial',
  'speaker-selection',
  'storage-access',
  'top-level-storage-access',
  'usb',
  'window-management',
  'unknown',
  // Windows' jump list.
  'error',
  'invalidSeparatorError',
  'fileTypeRegistrationError',
  'customCategoryAccessDeniedError',
  // Calls of the bridge that were refused, and navigations.
  'window',
  'gone',
  'frame',
  'origin',
  'route',
  'navigate',
  'redirect',
  'webview',
  'open',
  // Graphics.
  'process',
  'empty',
  // How something ended.
  'ok',
  'kept',
  'switched-off',
  'written',
  'removed',
  'closed',
  'failed',
  'late',
  // A server besides the two of the contract.
  'updates',
] as const

/** Every word of every enum and literal in a schema. */
function collect(schema: z.ZodType, into: Set<string>, seen: Set<z.ZodType>): void {
  if (seen.has(schema)) return
  seen.add(schema)
  const { def } = schema as unknown as { def: Record<string, unknown> }
  const each = (found: unknown): void => {
    if (typeof found === 'string') into.add(found)
    else if (Array.isArray(found)) found.forEach(each)
    else if (found !== null && typeof found === 'object') {
      if ('def' in found) collect(found as z.ZodType, into, seen)
      else Object.values(found).forEach(each)
    }
  }
  const { type, entries, values, shape, options, items, element, innerType, keyType, valueType, in: from, out } = def
  if (type === 'enum') each(Object.values(entries as object))
  else if (type === 'literal') each(values)
  else each([shape, options, items, element, innerType, keyType, valueType, from, out])
}

let words: ReadonlySet<string> | null = null

/** The codes of the contract's enums and of the system: a closed list that is made from source code alone. */
export function isWord(value: unknown): value is string {
  if (words === null) {
    const all = new Set<string>([gone, windows, launches, updates, policies].flatMap(Object.keys).concat(foreign))
    const seen = new Set<z.ZodType>()
    for (const { input, output } of Object.values(requests)) {
      collect(input, all, seen)
      collect(output, all, seen)
    }
    for (const schema of Object.values(events)) collect(schema, all, seen)
    words = all
  }
  return typeof value === 'string' && words.has(value)
}

export const allWords = (): readonly string[] => (isWord(''), [...words!])
