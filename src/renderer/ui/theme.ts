import { useEffect } from 'react'
import { useView } from '../stores/context.ts'

/** Sets `data-theme` on the document to what the settings, or the system, say. */
export function useTheme(): void {
  const theme = useView(
    (s) => s.settings,
    (view) => view.theme,
  )
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const apply = (): void => {
      document.documentElement.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme
    }
    apply()
    dark.addEventListener('change', apply)
    return () => dark.removeEventListener('change', apply)
  }, [theme])
}
