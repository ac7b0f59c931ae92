import type { AppError, Result } from '../../contract/errors.ts'
import type { Api } from '../../contract/ipc.ts'

declare global {
  interface Window {
    readonly hestami: Api
  }
}

export type { Api }

/** Carries an AppError through code that awaits. */
export class CallError extends Error {
  readonly error: AppError
  constructor(error: AppError) {
    super(error.code)
    this.error = error
  }
}

/** The value of a bridge result; throws a CallError. */
export async function unwrap<T>(call: Promise<Result<T>>): Promise<T> {
  const result = await call
  if (!result.ok) throw new CallError(result.error)
  return result.value
}

/** What was thrown, as data; anything that is not a CallError is a defect of the window. */
export const errorOf = (thrown: unknown): AppError =>
  thrown instanceof CallError ? thrown.error : { code: 'internal', id: 'window' }
