import type { ReactElement } from 'react'
import { Panel } from './panel.tsx'

export function WhatsNewPanel(): ReactElement {
  return <Panel title="Whats new">{null}</Panel>
}
