import type { Api } from '../lib/api.ts'

/**
 * What is left when the window's own page crashes again and again. It shares no code with that page and keeps no state; Reload is a
 * plain link and works even without this script.
 */
const part = (id: string): HTMLElement => document.getElementById(id)!

export function openSafeScreen(api: Api, url: string): void {
  const tell = (text: string): void => {
    part('status').textContent = text
  }
  const copy = async (): Promise<void> => {
    const info = await api.app.info()
    if (!info.ok) return tell('The version could not be read.')
    await navigator.clipboard.writeText(info.value.details)
    tell('Version copied.')
  }
  const preview = async (): Promise<void> => {
    tell('Collecting…')
    const bundle = await api.support.bundle()
    if (!bundle.ok) return tell('The support bundle could not be made.')
    tell('')
    const text = bundle.value.lines.join('\n')
    ;(part('lines') as HTMLTextAreaElement).value = text
    const save = part('save') as HTMLAnchorElement
    URL.revokeObjectURL(save.href)
    save.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    save.download = bundle.value.fileName
    part('preview').hidden = false
    part('lines').focus()
  }

  part('memory').hidden = !url.endsWith('#memory')
  part('copy').addEventListener('click', () => void copy().catch(() => tell('The version could not be copied.')))
  part('bundle').addEventListener('click', () => void preview())
  part('quit').addEventListener('click', () => void api.app.quit())
}
