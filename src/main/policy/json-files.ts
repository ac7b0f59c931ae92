import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { partsOf } from './parse-policy.ts'
import type { PolicySource } from './parse-policy.ts'

/** Bytes of a policy file that are read at most. */
const limit = 256 * 1024

/** Why a file or folder is not listened to. */
export type Refusal =
  'not-a-file' | 'not-owned-by-root' | 'writable-by-others' | 'too-large' | 'not-json' | 'unreadable'

export interface JsonPolicies {
  readonly sources: readonly PolicySource[]
  readonly refused: readonly { readonly from: string; readonly why: Refusal }[]
}

interface Owner {
  readonly uid: number
  readonly mode: number
}

/** Only what nobody but the administrator can have written counts: owned by root, and writable by nobody else. */
function untrusted({ uid, mode }: Owner, root: number): Refusal | null {
  if (uid !== root) return 'not-owned-by-root'
  return (mode & 0o022) === 0 ? null : 'writable-by-others'
}

function readOne(path: string, root: number): PolicySource | Refusal {
  let handle: number
  try {
    // Not through a link: what it points at may be anybody's. Not a pipe either: opening one would wait.
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ELOOP' ? 'not-a-file' : 'unreadable'
  }
  try {
    const found = fstatSync(handle)
    if (!found.isFile()) return 'not-a-file'
    const refusal = untrusted(found, root)
    if (refusal !== null) return refusal
    if (found.size > limit) return 'too-large'
    return { from: path, ...partsOf(JSON.parse(readFileSync(handle, 'utf8'))) }
  } catch (thrown) {
    return thrown instanceof SyntaxError ? 'not-json' : 'unreadable'
  } finally {
    closeSync(handle)
  }
}

/**
 * Reads `*.json` of a folder such as /etc/hestami-chat/policies, in the order of their names; the first that decides a setting wins.
 * `{"enforced": {name: value}, "recommended": {name: value}}`. A folder that is not there says nothing. `root`: the user id that may
 * write policies (0; another one only in tests). Never throws.
 */
export function readJsonPolicies(folder: string, root = 0): JsonPolicies {
  let names: string[]
  try {
    const found = lstatSync(folder)
    const refusal = found.isDirectory() ? untrusted(found, root) : 'not-a-file'
    if (refusal !== null) return { sources: [], refused: [{ from: folder, why: refusal }] }
    names = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch (thrown) {
    const none = (thrown as NodeJS.ErrnoException).code === 'ENOENT'
    return { sources: [], refused: none ? [] : [{ from: folder, why: 'unreadable' }] }
  }
  const sources: PolicySource[] = []
  const refused: { from: string; why: Refusal }[] = []
  for (const name of names) {
    const path = join(folder, name)
    const read = readOne(path, root)
    if (typeof read === 'string') refused.push({ from: path, why: read })
    else sources.push(read)
  }
  return { sources, refused }
}
