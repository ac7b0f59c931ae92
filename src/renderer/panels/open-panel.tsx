import type { ReactElement } from 'react'
import type { PanelName } from '../stores/panels.ts'
import { useView } from '../stores/context.ts'
import { AboutPanel } from './about.tsx'
import { DiagnosticsPanel } from './diagnostics.tsx'
import { OpenBundlePanel } from './open-bundle.tsx'
import { SettingsPanel } from './settings.tsx'
import { ShortcutsPanel } from './shortcuts.tsx'
import { SupportBundlePanel } from './support-bundle.tsx'
import { TimelinePanel } from './timeline.tsx'
import { WhatsNewPanel } from './whats-new.tsx'

const panels: Readonly<Record<PanelName, () => ReactElement>> = {
  settings: SettingsPanel,
  about: AboutPanel,
  diagnostics: DiagnosticsPanel,
  'support-bundle': SupportBundlePanel,
  shortcuts: ShortcutsPanel,
  'whats-new': WhatsNewPanel,
  timeline: TimelinePanel,
  'open-bundle': OpenBundlePanel,
}

/** The panel that is open, if any; over whatever screen there is. */
export function OpenPanel(): ReactElement | null {
  const open = useView(
    (s) => s.panels,
    (view) => view.open,
  )
  if (open === null) return null
  const Shown = panels[open]
  return <Shown key={open} />
}
