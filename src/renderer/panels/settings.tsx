import type { ReactElement } from 'react'
import { Panel } from './panel.tsx'

export function SettingsPanel(): ReactElement {
  return <Panel title="Settings">{null}</Panel>
}
