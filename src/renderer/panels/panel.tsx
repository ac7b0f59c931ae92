import type { ReactElement, ReactNode } from 'react'
import { useStores } from '../stores/context.ts'
import { Dialog } from '../ui/dialog.tsx'
import { IconButton } from '../ui/icon-button.tsx'

/** The frame of every panel: a title, a way out, and a body that scrolls. */
export function Panel({ title, children }: { title: string; children: ReactNode }): ReactElement {
  const { panels } = useStores()
  return (
    <Dialog label={title} className="panel" onClose={panels.close}>
      <header className="panel-head">
        <h2>{title}</h2>
        <IconButton icon="close" label="Close" onClick={panels.close} />
      </header>
      <div className="panel-body">{children}</div>
    </Dialog>
  )
}
