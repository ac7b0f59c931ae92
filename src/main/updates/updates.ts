import type { UpdateState } from '../../contract/updates.ts'

/** Updates of the app itself. */
export interface Updates {
  state(): UpdateState
  /** Asks the update server now. Never rejects: what went wrong is in the state. */
  check(): Promise<void>
  download(): Promise<void>
  /** Installs what is ready and starts again. `busy`: answers are being written, and `force` was not given. */
  restart(force: boolean): Promise<{ kind: 'restarting' } | { kind: 'busy'; answers: number }>
  dismissOutcome(): void
  /** The window is painted and usable: part of the proof that this version is healthy. */
  ready(): void
  close(): void
}

export function createUpdates(): Updates {
  return {
    state: () => ({ status: { phase: 'off', reason: 'not-supported' }, outcome: null }),
    check: async () => await Promise.resolve(),
    download: async () => await Promise.resolve(),
    restart: async () => await Promise.resolve({ kind: 'busy', answers: 0 }),
    dismissOutcome: () => undefined,
    ready: () => undefined,
    close: () => undefined,
  }
}
