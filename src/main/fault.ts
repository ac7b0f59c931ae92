import type { AppError } from '../contract/errors.ts'

/** The one exception type of the app: carries what may cross the bridge. `cause` stays in main and is for the log only. */
export class Fault extends Error {
  readonly error: AppError
  constructor(error: AppError, cause?: unknown) {
    super(error.code, { cause })
    this.name = 'Fault'
    this.error = error
  }
}

export const isFault = (thrown: unknown): thrown is Fault => thrown instanceof Fault
