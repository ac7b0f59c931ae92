import type { Provisioning } from '../provisioning/start.ts'

/**
 * Waits until the engine of this process runs, or somebody interrupts. Throws when it does not within `limit` milliseconds:
 * it tries for ever, and a command must not wait for ever without a word.
 */
export async function untilEngineRuns(
  engine: Pick<Provisioning, 'engineStarted' | 'engineState'>,
  limit: number,
  interrupted: AbortSignal,
): Promise<void> {
  const { promise: given, resolve: giveUp } = Promise.withResolvers<void>()
  const late = setTimeout(giveUp, limit)
  interrupted.addEventListener('abort', () => giveUp(), { once: true })
  if (interrupted.aborted) giveUp()
  try {
    await Promise.race([engine.engineStarted, given])
  } finally {
    clearTimeout(late)
  }
  // It may run and still be busy with what an earlier run left.
  if (!interrupted.aborted && engine.engineState() !== 'running')
    throw new Error('the engine does not start on this database; with LOG_LEVEL=warn its log says why')
}
