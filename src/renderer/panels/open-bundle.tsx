import type { ReactElement } from 'react'
import { Panel } from './panel.tsx'

export function OpenBundlePanel(): ReactElement {
  return <Panel title="Open bundle">{null}</Panel>
}
