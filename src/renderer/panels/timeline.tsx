import type { ReactElement } from 'react'
import { Panel } from './panel.tsx'

export function TimelinePanel(): ReactElement {
  return <Panel title="Timeline">{null}</Panel>
}
