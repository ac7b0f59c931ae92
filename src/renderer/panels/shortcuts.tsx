import type { ReactElement } from 'react'
import { Panel } from './panel.tsx'

export function ShortcutsPanel(): ReactElement {
  return <Panel title="Shortcuts">{null}</Panel>
}
