import type { SessionState } from '../../contract/session.ts'
import type { Account } from './session.ts'

/** The session's state and account, and who wants to know of them. */
export interface StateStore {
  state(): SessionState
  set(next: SessionState): void
  subscribe(listener: (state: SessionState) => void): () => void
  account(): Account | null
  setAccount(next: Account | null): void
  onAccount(listener: (account: Account | null) => void): () => void
  clear(): void
}

export function createStateStore(): StateStore {
  let state: SessionState = { phase: 'starting' }
  let account: Account | null = null
  const listeners = new Set<(state: SessionState) => void>()
  const accountListeners = new Set<(account: Account | null) => void>()
  return {
    state: () => state,
    set(next) {
      state = next
      for (const listener of listeners) listener(next)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    account: () => account,
    setAccount(next) {
      if (account?.key === next?.key && (account?.cacheKey === null) === (next?.cacheKey === null)) return
      account = next
      for (const listener of accountListeners) listener(next)
    },
    onAccount(listener) {
      accountListeners.add(listener)
      return () => void accountListeners.delete(listener)
    },
    clear() {
      listeners.clear()
      accountListeners.clear()
    },
  }
}
