import type { Settings } from './settings.ts'

/** What applies until somebody decides otherwise. Apart from the schemas, because the window needs it and must not carry zod. */
export const defaultSettings: Settings = {
  theme: 'system',
  zoom: 1,
  spellcheck: true,
  spellcheckLanguages: [],
  notifications: true,
  notificationPreview: false,
  recentInSystemMenus: false,
  trayIcon: false,
  closeAction: 'ask',
  minimizeToTray: false,
  startAtLogin: false,
  startMinimized: false,
  quickShortcut: null,
  automaticUpdates: true,
  updates: true,
  updateMirror: null,
  platformUrl: null,
  librechatUrl: null,
  uploads: true,
  verboseLogUntil: null,
  notificationsPausedUntil: null,
  lastTarget: null,
  lastConversationId: null,
}
