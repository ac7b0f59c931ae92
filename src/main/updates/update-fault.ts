import type { UpdateProblem } from '../../contract/updates.ts'

/**
 * Why something about an update did not work, for the log. `refusal`s are about what the server offers, the others about getting and
 * installing it. A closed list: nothing of a server's answer is ever in it.
 */
export type FaultReason =
  | 'cancelled'
  | 'unreachable'
  | 'redirected'
  | 'status'
  | 'stalled'
  | 'cut-off'
  | 'wrong-length'
  | 'too-long'
  | 'wrong-hash'
  | 'changed-on-disk'
  | 'code-signature'
  | 'disk-full'
  | 'disk'
  | 'library'
  | 'installer'

/** The one exception type of updates. Never leaves src/main/updates. */
export class UpdateFault extends Error {
  readonly reason: FaultReason
  constructor(reason: FaultReason, cause?: unknown) {
    super(reason, { cause })
    this.name = 'UpdateFault'
    this.reason = reason
  }
}

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What the file system threw, as an UpdateFault. */
export function diskFault(thrown: unknown): UpdateFault {
  if (thrown instanceof UpdateFault) return thrown
  const code = (thrown as NodeJS.ErrnoException | null)?.code ?? ''
  return new UpdateFault(full.has(code) ? 'disk-full' : 'disk', thrown)
}

const problems: Readonly<Record<FaultReason, UpdateProblem>> = {
  cancelled: 'unreachable',
  unreachable: 'unreachable',
  redirected: 'unreachable',
  status: 'unreachable',
  stalled: 'unreachable',
  'cut-off': 'unreachable',
  'wrong-length': 'damaged',
  'too-long': 'damaged',
  'wrong-hash': 'damaged',
  'changed-on-disk': 'damaged',
  'code-signature': 'refused',
  'disk-full': 'disk-full',
  disk: 'not-installed',
  library: 'not-installed',
  installer: 'not-installed',
}

/** What people are told of it. */
export const problemOf = (reason: FaultReason): UpdateProblem => problems[reason]

/** `library`: something else than an UpdateFault was thrown, most likely by electron-updater. */
export const reasonOf = (thrown: unknown): FaultReason => (thrown instanceof UpdateFault ? thrown.reason : 'library')
