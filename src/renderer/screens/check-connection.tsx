import type { ReactElement } from 'react'
import type { AppError } from '../../contract/errors.ts'
import { useStores } from '../stores/context.ts'

/** Faults of the way to a server, or of the server: what the connection check can tell more about. */
export const isAboutConnection = ({ code }: AppError): boolean =>
  ['unreachable', 'server-error', 'unexpected-answer', 'rate-limited', 'banned'].includes(code)

/** Opens the connection check and runs it, without a question to the model. */
export function CheckConnection({ className = 'button small' }: { className?: string }): ReactElement {
  const { panels, diagnostics } = useStores()
  return (
    <button
      type="button"
      className={className}
      onClick={() => {
        panels.open('diagnostics')
        void diagnostics.run({ mayAsk: false })
      }}
    >
      Check the connection
    </button>
  )
}
