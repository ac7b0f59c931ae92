import { Notification } from 'electron'
import type { Log } from '../host.ts'
import type { Notice } from '../system/notices/answer-notices.ts'
import { toastXml } from '../system/notices/toast.ts'

interface Deps {
  /** A click: the conversation to open, or null for the window as it is. */
  readonly onClick: (conversationId: string | null) => void
  /** The link that Windows opens at a click, also when the app has ended since; null: it is not registered. */
  readonly link: (conversationId: string) => string | null
  readonly log: Log
}

export interface Notifier {
  show(notice: Notice): void
  withdraw(key: string): void
  close(): void
}

const { platform } = process

export function createNotifier({ onClick, link, log }: Deps): Notifier {
  /** Kept until withdrawn: a notification that is collected loses its click. */
  const shown = new Map<string, Notification>()
  const withdraw = (key: string): void => {
    shown.get(key)?.close()
    shown.delete(key)
  }

  return {
    show({ key, conversationId, title, body }) {
      if (!Notification.isSupported()) return
      withdraw(key)
      const url = platform === 'win32' && conversationId !== null ? link(conversationId) : null
      const notification = new Notification({
        id: key,
        groupId: key,
        title,
        body,
        ...(url === null ? {} : { toastXml: toastXml({ title, body, link: url }) }),
      })
      notification.on('click', () => {
        withdraw(key)
        onClick(conversationId)
      })
      notification.on('failed', () => log({ level: 'warn', event: 'notification.failed' }))
      shown.set(key, notification)
      notification.show()
    },
    withdraw,
    close() {
      // Where a click on what is left behind would find nobody.
      if (platform === 'linux') for (const notification of shown.values()) notification.close()
      shown.clear()
    },
  }
}
