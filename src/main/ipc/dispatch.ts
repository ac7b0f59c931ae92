import { randomUUID } from 'node:crypto'
import type { Result } from '../../contract/errors.ts'
import { requests } from '../../contract/ipc.ts'
import type { Input, Output } from '../../contract/ipc.ts'
import type { RequestName } from '../../contract/routes.ts'
import { isFault } from '../fault.ts'
import type { Log } from '../host.ts'
import { errorName } from '../support/codes.ts'
import { placeOf } from '../support/place.ts'

/** One function a route; its input is parsed already. */
export type Handlers = {
  readonly [N in RequestName]: (input: Input<N>) => Output<N> | Promise<Output<N>>
}

export type Dispatch = (route: string, input: unknown) => Promise<Result<unknown>>

interface Deps {
  readonly handlers: Handlers
  readonly log: Log
  /** Also parses what goes out: in tests and the browser host. */
  readonly strict: boolean
}

/** The one way in: parses, calls, and turns whatever is thrown into data. Never rejects. */
export function createDispatch({ handlers, log, strict }: Deps): Dispatch {
  return async (route, input) => {
    // Own properties only: `constructor` is no route.
    if (!Object.hasOwn(requests, route)) return { ok: false, error: { code: 'invalid-input', field: null } }
    const name = route as RequestName
    const parsed = requests[name].input.safeParse(input)
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join('.').slice(0, 200)
      return { ok: false, error: { code: 'invalid-input', field: field === undefined || field === '' ? null : field } }
    }
    const began = performance.now()
    const done = (code: string | null): void => {
      const ms = Math.round(performance.now() - began)
      log({ level: 'debug', event: 'bridge.call', fields: { route: name, code, ms } })
    }
    try {
      const value = await (handlers[name] as (input: unknown) => unknown)(parsed.data)
      if (strict) requests[name].output.parse(value)
      done(null)
      return { ok: true, value }
    } catch (thrown) {
      if (isFault(thrown)) {
        done(thrown.error.code)
        return { ok: false, error: thrown.error }
      }
      const id = randomUUID().slice(0, 8)
      const fields = { id, route, kind: errorName(thrown), where: placeOf(thrown) }
      log({ level: 'error', event: 'defect', fields })
      return { ok: false, error: { code: 'internal', id } }
    }
  }
}
