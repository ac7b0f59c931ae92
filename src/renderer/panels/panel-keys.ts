import { useEffect } from 'react'
import type { PanelName } from '../stores/panels.ts'
import { useStores } from '../stores/context.ts'

const panelOfKey: Readonly<Record<string, PanelName>> = { '/': 'shortcuts', ',': 'settings' }

/** Ctrl or ⌘ with `/` and `,`: where there is a menu it has them too, and opening what is open changes nothing. */
export function usePanelKeys(): void {
  const { panels } = useStores()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return
      const panel = panelOfKey[event.key]
      if (panel === undefined) return
      event.preventDefault()
      panels.open(panel)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [panels])
}
