import type { ReactElement } from 'react'
import type { Attachment } from '../../contract/chat.ts'
import { formatBytes } from '../lib/format.ts'
import { sentence } from '../lib/sentences.ts'
import { useStores, useView } from '../stores/context.ts'
import { Alert, Spinner } from '../ui/alert.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'

function Progress({ name, sent, total }: { name: string; sent: number; total: number }): ReactElement {
  const percent = total === 0 ? 0 : Math.round((sent / total) * 100)
  return (
    <progress className="upload" aria-label={name} value={percent} max={100}>
      {percent} %
    </progress>
  )
}

function Item({ attachment, preview }: { attachment: Attachment; preview: string | undefined }): ReactElement {
  const { composer } = useStores()
  const { id, name, bytes, status } = attachment
  const source = preview ?? (status.kind === 'ready' ? `image/${encodeURIComponent(status.file.id)}` : null)
  return (
    <li className={status.kind === 'failed' ? 'attachment failed' : 'attachment'}>
      {source === null ? <Icon name="image" /> : <img src={source} alt="" />}
      <span className="attachment-name" title={name}>
        {name}
      </span>
      {status.kind === 'uploading' ? <Progress name={name} sent={status.sentBytes} total={bytes} /> : null}
      {status.kind === 'ready' ? <span className="attachment-size">{formatBytes(bytes)}</span> : null}
      {status.kind === 'failed' ? (
        <IconButton icon="retry" label={`Upload ${name} again`} onClick={() => composer.retry(id)} />
      ) : null}
      <IconButton icon="close" label={`Remove ${name}`} onClick={() => composer.remove(id)} />
    </li>
  )
}

/** The images that go with the message, and the files that do not, with why. */
export function AttachmentTray(): ReactElement | null {
  const { composer } = useStores()
  const attachments = useView(
    (s) => s.composer,
    (view) => view.attachments,
  )
  const preparing = useView(
    (s) => s.composer,
    (view) => view.preparing,
  )
  const refusals = useView(
    (s) => s.composer,
    (view) => view.refusals,
  )
  const previews = useView(
    (s) => s.composer,
    (view) => view.previews,
  )
  const waiting = preparing.filter(({ id }) => !attachments.some((attachment) => attachment.id === id))
  const failed = attachments.flatMap(({ id, name, status }) =>
    status.kind === 'failed' ? [{ id, name, error: status.error }] : [],
  )
  if (attachments.length + waiting.length + refusals.length === 0) return null
  return (
    <div className="tray">
      {failed.map(({ id, name, error }) => (
        <Alert key={id}>
          {name}: {sentence(error)}
        </Alert>
      ))}
      {refusals.map(({ id, name, error }) => (
        <Alert
          key={id}
          action={
            <IconButton icon="close" label={`Dismiss the note on ${name}`} onClick={() => composer.dismiss(id)} />
          }
        >
          {name}: {sentence(error)}
        </Alert>
      ))}
      {attachments.length + waiting.length === 0 ? null : (
        <ul aria-label="Attached images">
          {attachments.map((attachment) => (
            <Item key={attachment.id} attachment={attachment} preview={previews[attachment.id]} />
          ))}
          {waiting.map(({ id, name }) => (
            <li key={id} className="attachment">
              <Spinner label={`Preparing ${name}`} />
              <span className="attachment-name">{name}</span>
              <IconButton icon="close" label={`Remove ${name}`} onClick={() => composer.remove(id)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
