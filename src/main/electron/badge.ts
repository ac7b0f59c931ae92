import { app, nativeImage } from 'electron'
import type { BrowserWindow } from 'electron'
import { overlayDot, overlaySize } from '../system/notices/badge.ts'
import { unreadText } from '../system/closing/tray-items.ts'

/** The number on the Dock or launcher icon; on Windows a dot on the window's button, with the number for screen readers. */
export function showBadge(unread: number, window: BrowserWindow | null): void {
  if (process.platform !== 'win32') return void app.setBadgeCount(unread)
  if (unread === 0) return window?.setOverlayIcon(null, '')
  const size = { width: overlaySize, height: overlaySize }
  window?.setOverlayIcon(nativeImage.createFromBitmap(Buffer.from(overlayDot()), size), unreadText(unread))
}
