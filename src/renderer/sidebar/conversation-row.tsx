import { useState } from 'react'
import type { ReactElement } from 'react'
import type { Conversation } from '../../contract/chat.ts'
import type { AppError } from '../../contract/errors.ts'
import { sentence } from '../lib/sentences.ts'
import { useStores } from '../stores/context.ts'
import { Alert, Spinner } from '../ui/alert.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { IconButton } from '../ui/icon-button.tsx'

export const titleOf = (conversation: Conversation): string =>
  conversation.title === '' ? 'New chat' : conversation.title

interface Props {
  readonly conversation: Conversation
  readonly current: boolean
  readonly busy: boolean
  readonly unread: boolean
  readonly onOpen: () => void
}

function Rename({ conversation, onDone }: { conversation: Conversation; onDone: () => void }): ReactElement {
  const { conversations } = useStores()
  const [title, setTitle] = useState(conversation.title)
  const [error, setError] = useState<AppError | null>(null)
  const [saving, setSaving] = useState(false)
  const save = async (): Promise<void> => {
    if (title.trim() === '' || title.trim() === conversation.title) return onDone()
    setSaving(true)
    const fault = await conversations.rename(conversation.id, title.trim())
    setSaving(false)
    setError(fault)
    if (fault === null) onDone()
  }
  return (
    <Dialog label="Rename conversation" onClose={onDone}>
      <h2>Rename conversation</h2>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        {error === null ? null : <Alert>{sentence(error)}</Alert>}
        <div className="field">
          <input
            aria-label="Title"
            autoFocus
            maxLength={1024}
            value={title}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setTitle(event.target.value)}
          />
        </div>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onDone}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={saving}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}

function Remove({ conversation, onDone }: { conversation: Conversation; onDone: () => void }): ReactElement {
  const { conversations } = useStores()
  const [error, setError] = useState<AppError | null>(null)
  const [removing, setRemoving] = useState(false)
  const remove = async (): Promise<void> => {
    setRemoving(true)
    const fault = await conversations.remove(conversation.id)
    setRemoving(false)
    setError(fault)
    if (fault === null) onDone()
  }
  return (
    <Dialog label="Delete conversation" onClose={onDone}>
      <h2>Delete this conversation?</h2>
      <p>“{titleOf(conversation)}” and all its messages are deleted for good.</p>
      {error === null ? null : <Alert>{sentence(error)}</Alert>}
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={onDone}>
          Cancel
        </button>
        <button type="button" className="button danger" disabled={removing} onClick={() => void remove()}>
          Delete
        </button>
      </div>
    </Dialog>
  )
}

export function ConversationRow({ conversation, current, busy, unread, onOpen }: Props): ReactElement {
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null)
  const title = titleOf(conversation)
  return (
    <li className={current ? 'row current' : 'row'}>
      <button
        type="button"
        className="row-open"
        aria-current={current ? 'page' : undefined}
        title={title}
        onClick={onOpen}
      >
        {title}
      </button>
      {busy ? <Spinner label="Answer is being written" /> : null}
      {unread && !busy ? <span className="row-unread" role="img" aria-label="Unread answer" /> : null}
      <span className="row-tools">
        <IconButton icon="pencil" label={`Rename ${title}`} onClick={() => setOpen('rename')} />
        <IconButton icon="trash" label={`Delete ${title}`} onClick={() => setOpen('remove')} />
      </span>
      {open === 'rename' ? <Rename conversation={conversation} onDone={() => setOpen(null)} /> : null}
      {open === 'remove' ? <Remove conversation={conversation} onDone={() => setOpen(null)} /> : null}
    </li>
  )
}
