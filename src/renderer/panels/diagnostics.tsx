import type { ReactElement } from 'react'
import { Panel } from './panel.tsx'

export function DiagnosticsPanel(): ReactElement {
  return <Panel title="Diagnostics">{null}</Panel>
}
