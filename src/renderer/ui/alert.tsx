import type { ReactElement, ReactNode } from 'react'
import { Icon } from './icon.tsx'

/** A problem that the user should read now. */
export const Alert = ({ children, action }: { children: ReactNode; action?: ReactNode }): ReactElement => (
  <div role="alert" className="alert">
    <Icon name="warning" />
    <div className="alert-text">{children}</div>
    {action === undefined ? null : <div className="alert-actions">{action}</div>}
  </div>
)

export const Spinner = ({ label }: { label: string }): ReactElement => (
  <span role="status" className="spinner" aria-label={label} />
)
