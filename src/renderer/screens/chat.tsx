import { useEffect, useState } from 'react'
import type { DragEvent, ReactElement } from 'react'
import { Composer, useAttach } from '../composer/composer.tsx'
import { Sidebar } from '../sidebar/sidebar.tsx'
import { titleOf } from '../sidebar/conversation-row.tsx'
import { useStores, useView } from '../stores/context.ts'
import { Thread } from '../thread/thread.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { ConnectionNotice, ProblemNotice } from './connection-notice.tsx'
import { UpdateNotice } from './update-notice.tsx'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files')

export function Chat({ onSignIn }: { onSignIn: () => void }): ReactElement {
  const stores = useStores()
  const attach = useAttach()
  const [drawer, setDrawer] = useState(false)
  const [dragged, setDragged] = useState(0)
  const shown = useView(
    (s) => s.thread,
    (view) => view.shown,
  )
  const rows = useView(
    (s) => s.conversations,
    (view) => view.rows,
  )
  const uploads = useView(
    (s) => s.settings,
    (settings) => settings.uploads,
  )
  const conversation = shown.kind === 'stored' ? rows.find((row) => row.id === shown.id) : undefined
  const title = conversation === undefined ? 'New chat' : titleOf(conversation)

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === 'o') {
        event.preventDefault()
        stores.newChat()
      }
      if (event.key === 'Escape') setDrawer(false)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [stores])

  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])]
      // Copied text often brings a picture of itself along: then the text is meant.
      if (files.length === 0 || event.clipboardData?.getData('text/plain') !== '') return
      event.preventDefault()
      attach(files)
    }
    window.addEventListener('paste', onPaste)
    return () => window.removeEventListener('paste', onPaste)
  })

  useEffect(() => {
    document.title = title === 'New chat' ? 'Hestami Chat' : `${title} – Hestami Chat`
  }, [title])

  return (
    <div
      className={drawer ? 'chat drawer-open' : 'chat'}
      onDragEnter={(event) => {
        if (hasFiles(event)) setDragged((count) => count + 1)
      }}
      onDragLeave={(event) => {
        if (hasFiles(event)) setDragged((count) => Math.max(0, count - 1))
      }}
      onDragOver={(event) => {
        if (hasFiles(event)) event.preventDefault()
      }}
      onDrop={(event) => {
        setDragged(0)
        if (!hasFiles(event)) return
        event.preventDefault()
        attach([...event.dataTransfer.files])
      }}
    >
      <Sidebar onLeave={() => setDrawer(false)} />
      <button
        type="button"
        className="drawer-shade"
        aria-label="Hide conversations"
        tabIndex={-1}
        onClick={() => setDrawer(false)}
      />
      <main className="conversation">
        <header className="conversation-head">
          <IconButton
            icon="menu"
            label="Show conversations"
            className="drawer-button"
            onClick={() => setDrawer(true)}
          />
          <h1 title={title}>{title}</h1>
        </header>
        <div className="notices">
          <ConnectionNotice onSignIn={onSignIn} />
          <ProblemNotice />
          <UpdateNotice />
        </div>
        <Thread />
        <Composer />
      </main>
      {dragged > 0 ? (
        <div className="drop-hint">{uploads ? 'Drop images to attach them' : 'Images cannot be attached here'}</div>
      ) : null}
    </div>
  )
}
