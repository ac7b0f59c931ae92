import type { ReactElement } from 'react'
import { Panel } from './panel.tsx'

export function SupportBundlePanel(): ReactElement {
  return <Panel title="Support bundle">{null}</Panel>
}
