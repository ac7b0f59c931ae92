import { memo } from 'react'
import type { ReactElement } from 'react'
import type { Message } from '../../contract/chat.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { CopyButton } from './copy-button.tsx'
import { AnswerPart, Picture } from './parts.tsx'

const textOf = (message: Message): string =>
  message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')

interface Props {
  readonly message: Message
  /** The answer is being written. */
  readonly running: boolean
  /** Where it stands among other wordings or answers; null: it is the only one. */
  readonly branch: { readonly index: number; readonly count: number; readonly choose: (index: number) => void } | null
}

function Branches({ branch }: { branch: NonNullable<Props['branch']> }): ReactElement {
  const { index, count, choose } = branch
  return (
    <span className="branches">
      <IconButton icon="left" label="Previous version" disabled={index === 0} onClick={() => choose(index - 1)} />
      <span>
        {index + 1} of {count}
      </span>
      <IconButton icon="right" label="Next version" disabled={index === count - 1} onClick={() => choose(index + 1)} />
    </span>
  )
}

function MessageView({ message, running, branch }: Props): ReactElement {
  const mine = message.role === 'user'
  const text = textOf(message)
  const last = message.parts.length - 1
  return (
    <article className={mine ? 'message mine' : 'message'} aria-label={mine ? 'You' : 'Answer'} aria-busy={running}>
      {mine ? null : <div className="sender">{message.sender}</div>}
      {message.files.length === 0 ? null : (
        <div className="pictures">
          {message.files.map((file) => (
            <Picture key={file.id} file={file} />
          ))}
        </div>
      )}
      {mine ? (
        text === '' ? null : (
          <div className="bubble">{text}</div>
        )
      ) : (
        <div className="answer">
          {message.parts.map((part, index) => (
            <AnswerPart key={index} part={part} running={running && index === last} />
          ))}
          {running && last === -1 ? <Waiting /> : null}
          {message.state === 'partial' && !running && last >= 0 ? <p className="stopped">Stopped here.</p> : null}
        </div>
      )}
      {running ? null : (
        <div className="message-tools">
          {text === '' ? null : <CopyButton text={text} label={mine ? 'Copy message' : 'Copy answer'} />}
          {branch === null ? null : <Branches branch={branch} />}
        </div>
      )}
    </article>
  )
}

/** Renders again only when the message, its state or its place among siblings changed. */
export const MessageItem = memo(
  MessageView,
  (before, after) =>
    before.message === after.message &&
    before.running === after.running &&
    before.branch?.index === after.branch?.index &&
    before.branch?.count === after.branch?.count,
)
