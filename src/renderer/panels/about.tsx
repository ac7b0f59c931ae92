import type { ReactElement } from 'react'
import { Panel } from './panel.tsx'

export function AboutPanel(): ReactElement {
  return <Panel title="About">{null}</Panel>
}
