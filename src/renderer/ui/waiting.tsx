import type { ReactElement } from 'react'

/** Nothing of an answer is there yet. */
export const Waiting = (): ReactElement => (
  <span className="waiting" role="status" aria-label="Waiting for the answer">
    <i />
    <i />
    <i />
  </span>
)
