import { useLayoutEffect, useRef } from 'react'
import type { ReactElement, ReactNode } from 'react'

interface Props {
  readonly label: string
  readonly className?: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A modal dialog: the platform's own element keeps the focus inside and closes on Escape. */
export function Dialog({ label, className, onClose, children }: Props): ReactElement {
  const element = useRef<HTMLDialogElement>(null)
  // Closed while it is still in the page: only then does the focus go back to where it was.
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      aria-label={label}
      className={`dialog ${className ?? ''}`}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose()
      }}
    >
      {children}
    </dialog>
  )
}
