import { useState } from 'react'
import type { ReactElement } from 'react'
import type { FileRef, Part } from '../../contract/chat.ts'
import { sentence } from '../lib/sentences.ts'
import { useStores } from '../stores/context.ts'
import { Alert } from '../ui/alert.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Markdown } from './markdown.tsx'

/** Where the window's host serves a file's bytes. */
const addressOf = (file: FileRef): string => `image/${encodeURIComponent(file.id)}`

export function Picture({ file }: { file: FileRef }): ReactElement {
  const [large, setLarge] = useState(false)
  const [missing, setMissing] = useState(false)
  if (missing || !file.type.startsWith('image/'))
    return (
      <span className="file">
        <Icon name="image" />
        {file.name}
        {missing ? ' (not available)' : ''}
      </span>
    )
  const size = file.width !== null && file.height !== null ? { width: file.width, height: file.height } : {}
  const picture = <img src={addressOf(file)} alt={file.name} {...size} onError={() => setMissing(true)} />
  return (
    <>
      <button type="button" className="picture" aria-label={`Enlarge ${file.name}`} onClick={() => setLarge(true)}>
        {picture}
      </button>
      {large ? (
        <Dialog label={file.name} className="lightbox" onClose={() => setLarge(false)}>
          <IconButton icon="close" label="Close" autoFocus onClick={() => setLarge(false)} />
          {picture}
        </Dialog>
      ) : null}
    </>
  )
}

const pretty = (json: string): string => {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}

function Tool({ part }: { part: Part & { type: 'tool' } }): ReactElement {
  const { api, problem } = useStores()
  const { name, args, output, done, authUrl } = part
  const title = name.split('_mcp_')[0] ?? name
  return (
    <details className="step">
      <summary>
        <Icon name="tool" />
        {done ? `Used ${title}` : `Using ${title}…`}
      </summary>
      {args === '' ? null : <pre tabIndex={0}>{pretty(args)}</pre>}
      {output === null ? null : <pre tabIndex={0}>{output}</pre>}
      {authUrl === null || done ? null : (
        <button
          type="button"
          className="button small"
          onClick={() => void problem.watch(api.app.openExternal({ url: authUrl }))}
        >
          Allow in the browser
        </button>
      )}
    </details>
  )
}

function Thought({ text, running }: { text: string; running: boolean }): ReactElement {
  return (
    <details className="step">
      <summary>
        <Icon name="thought" />
        {running ? 'Thinking…' : 'Thoughts'}
      </summary>
      <Markdown text={text} />
    </details>
  )
}

interface Props {
  readonly part: Part
  /** The answer is still being written, and this is its last part. */
  readonly running: boolean
}

export function AnswerPart({ part, running }: Props): ReactElement {
  switch (part.type) {
    case 'text':
      return <Markdown text={part.text} />
    case 'think':
      return <Thought text={part.text} running={running} />
    case 'tool':
      return <Tool part={part} />
    case 'image':
      return <Picture file={part.file} />
    case 'error':
      return <Alert>{sentence(part.error)}</Alert>
  }
}
