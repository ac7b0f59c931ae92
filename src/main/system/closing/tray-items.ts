import type { PauseLength } from '../notices/pause.ts'

export type TrayAction = 'open' | 'new-chat' | 'quick' | 'resume' | 'quit' | `pause-${PauseLength}`

export type TrayItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'action'; readonly label: string; readonly action: TrayAction }
  | { readonly kind: 'menu'; readonly label: string; readonly items: readonly TrayItem[] }

export interface TrayState {
  readonly appName: string
  readonly unread: number
  /** Epoch milliseconds, or null. */
  readonly pausedUntil: number | null
  readonly hasQuick: boolean
}

const item = (label: string, action: TrayAction): TrayItem => ({ kind: 'action', label, action })
const separator: TrayItem = { kind: 'separator' }

const clock = (at: number): string => new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })

export function trayItems({ appName, pausedUntil, hasQuick }: TrayState): TrayItem[] {
  const pause: TrayItem =
    pausedUntil === null
      ? {
          kind: 'menu',
          label: 'Pause notifications',
          items: [item('For 1 hour', 'pause-hour'), item('Until tomorrow', 'pause-tomorrow')],
        }
      : item(`Resume notifications (paused until ${clock(pausedUntil)})`, 'resume')
  return [
    item(`Open ${appName}`, 'open'),
    item('New chat', 'new-chat'),
    ...(hasQuick ? [item('Quick window', 'quick')] : []),
    separator,
    pause,
    separator,
    item('Quit', 'quit'),
  ]
}

export const unreadText = (unread: number): string => (unread === 1 ? '1 unread answer' : `${unread} unread answers`)

export function trayTooltip({ appName, unread, pausedUntil }: TrayState): string {
  const notes = [...(unread > 0 ? [unreadText(unread)] : []), ...(pausedUntil === null ? [] : ['notifications paused'])]
  return notes.length === 0 ? appName : `${appName} – ${notes.join(', ')}`
}

/** Files to try, best first, under `resources`: a flavour's own icon goes before the common one. */
export function trayIconFiles(facts: {
  readonly platform: NodeJS.Platform
  readonly flavour: string
  readonly darkPanel: boolean
  readonly unread: boolean
}): string[] {
  const { platform, flavour, darkPanel, unread } = facts
  const shape = platform === 'darwin' ? 'template' : darkPanel ? 'dark' : 'light'
  const shapes = unread ? [`${shape}-unread`, shape] : [shape]
  return [...shapes.map((name) => `tray/${flavour}/${name}.png`), ...shapes.map((name) => `tray/${name}.png`)]
}
