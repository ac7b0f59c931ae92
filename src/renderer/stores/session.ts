import { createStore } from 'zustand/vanilla'
import type { RegisterInput, SessionState, SignInInput } from '../../contract/session.ts'
import type { AppError } from '../../contract/errors.ts'
import { errorOf, unwrap } from '../lib/api.ts'
import type { Api } from '../lib/api.ts'

export interface SessionView {
  readonly state: SessionState
  /** A request of the form is under way. */
  readonly busy: boolean
  /** The fault of the last form that was sent. */
  readonly error: AppError | null
}

export type SessionStore = ReturnType<typeof createSessionStore>

export function createSessionStore(api: Api) {
  const store = createStore<SessionView>(() => ({ state: { phase: 'starting' }, busy: false, error: null }))

  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    if (store.getState().busy) return false
    store.setState({ busy: true, error: null })
    try {
      await work()
      return true
    } catch (thrown) {
      const error = errorOf(thrown)
      store.setState({ error: error.code === 'cancelled' ? null : error })
      return false
    } finally {
      store.setState({ busy: false })
    }
  }

  const stop = api.on['session.changed']((state) => store.setState({ state }))
  const load = async (): Promise<void> => store.setState({ state: await unwrap(api.session.get()) })

  return {
    store,
    load,
    close: stop,
    signIn: async (input: SignInInput) => await attempt(async () => await unwrap(api.session.signIn(input))),
    register: async (input: RegisterInput) => await attempt(async () => await unwrap(api.session.register(input))),
    verifyCode: async (code: string) => await attempt(async () => await unwrap(api.session.verifyCode({ code }))),
    acceptTerms: async () => await attempt(async () => await unwrap(api.session.acceptTerms())),
    retry: async () => await attempt(async () => await unwrap(api.session.retry())),
    signOut: async () => await attempt(async () => await unwrap(api.session.signOut())),
    async cancel() {
      store.setState({ error: null })
      await api.session.cancel()
    },
    forgetError: () => store.setState({ error: null }),
  }
}
