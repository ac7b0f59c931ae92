import { z } from 'zod'

export const updateInfo = z.strictObject({
  version: z.string().max(64),
  /** Bytes of what is downloaded in full. */
  size: z.int().nonnegative(),
  releasedAt: z.number().nullable(),
  /** Release notes as Markdown; may be empty. */
  notes: z.string().max(50_000),
})
export type UpdateInfo = z.infer<typeof updateInfo>

/**
 * Why there is no update although one was looked for. `refused`: what the server offered is not to be trusted (the log has
 * the reason); `unreachable`; `disk-full`; `damaged`: the file is not what was signed; `not-installed`: the system did not install it.
 */
export const updateProblem = z.enum(['unreachable', 'refused', 'damaged', 'disk-full', 'not-installed', 'halted'])
export type UpdateProblem = z.infer<typeof updateProblem>

/** `package-manager`: deb, rpm and the like are updated by the system. */
export const updatesOff = z.enum(['development', 'administrator', 'package-manager', 'not-supported'])

export const updateStatus = z.discriminatedUnion('phase', [
  z.strictObject({ phase: z.literal('off'), reason: updatesOff }),
  /** Epoch milliseconds of the last time that the server answered. */
  z.strictObject({ phase: z.literal('idle'), checkedAt: z.number().nullable() }),
  z.strictObject({ phase: z.literal('checking') }),
  /** To be had; not downloaded (any more, when the download was cancelled). */
  z.strictObject({ phase: z.literal('available'), update: updateInfo }),
  z.strictObject({
    phase: z.literal('downloading'),
    update: updateInfo,
    receivedBytes: z.number(),
    /** Fewer than the update's size when only what changed is fetched. */
    totalBytes: z.number(),
    bytesPerSecond: z.number(),
  }),
  z.strictObject({ phase: z.literal('ready'), update: updateInfo }),
  z.strictObject({ phase: z.literal('failed'), update: updateInfo.nullable(), problem: updateProblem }),
])
export type UpdateStatus = z.infer<typeof updateStatus>

/** What became of the last update, told once at the start after it. */
export const updateOutcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('updated'), from: z.string(), to: z.string(), notes: z.string() }),
  /** The new version did not prove itself; the app went back to the last good one. */
  z.strictObject({ kind: z.literal('rolled-back'), from: z.string(), to: z.string() }),
  /** It was to be installed, and the old version still runs. */
  z.strictObject({ kind: z.literal('not-applied'), version: z.string() }),
  /** It does not prove itself and this system cannot go back by itself; `url` is the download page of full installers. */
  z.strictObject({ kind: z.literal('unhealthy'), version: z.string(), url: z.string().nullable() }),
])
export type UpdateOutcome = z.infer<typeof updateOutcome>

export const updateState = z.strictObject({ status: updateStatus, outcome: updateOutcome.nullable() })
export type UpdateState = z.infer<typeof updateState>

/**
 * `busy`: answers are being written that a restart would stop (count); ask, then restart with `force`. `not-ready`: there is
 * nothing to install (any more); the state says why.
 */
export const restartAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('restarting') }),
  z.strictObject({ kind: z.literal('busy'), answers: z.int() }),
  z.strictObject({ kind: z.literal('not-ready') }),
])
export type RestartAnswer = z.infer<typeof restartAnswer>
