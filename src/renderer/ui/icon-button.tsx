import type { ButtonHTMLAttributes, ReactElement } from 'react'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly icon: IconName
  /** Its accessible name, and its tooltip. */
  readonly label: string
}

export const IconButton = ({ icon, label, className, ...rest }: Props): ReactElement => (
  <button type="button" className={`icon-button ${className ?? ''}`} aria-label={label} title={label} {...rest}>
    <Icon name={icon} />
  </button>
)
