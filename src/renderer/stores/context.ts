import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'
import type { SessionView } from './session.ts'
import type { Stores } from './stores.ts'

const StoresContext = createContext<Stores | null>(null)
export const StoresProvider = StoresContext.Provider

export function useStores(): Stores {
  const stores = useContext(StoresContext)
  if (stores === null) throw new Error('outside of StoresProvider')
  return stores
}

/** A piece of one store; the component renders again when the piece changes. */
export function useView<T, R>(pick: (stores: Stores) => { readonly store: StoreApi<T> }, select: (state: T) => R): R {
  return useStore(pick(useStores()).store, select)
}

/** The session with what its forms are doing: small, and shown nearly whole by whoever shows any of it. */
export const useSession = (): SessionView => useStore(useStores().session.store)
