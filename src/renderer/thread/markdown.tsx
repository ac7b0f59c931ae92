import { memo, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { Token, Tokens } from 'marked'
import { createBlockParser } from '../lib/blocks.ts'
import { CodeBlock } from './code-block.tsx'
import { inline } from './inline.tsx'

const align = (value: string | null): string => (value === null ? '' : `align-${value}`)

function list(token: Tokens.List): ReactElement {
  const items = token.items.map((item, index) => (
    <li key={index} className={item.task ? 'task' : ''}>
      {item.tokens.map((child, at) =>
        // A tight item's text stands without a paragraph around it.
        child.type === 'text' ? (
          <span key={at}>{inline((child as Tokens.Text).tokens ?? [child])}</span>
        ) : (
          block(child, at)
        ),
      )}
    </li>
  ))
  return token.ordered ? <ol start={token.start === '' ? 1 : token.start}>{items}</ol> : <ul>{items}</ul>
}

function table({ header, rows }: Tokens.Table): ReactElement {
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {header.map((cell, index) => (
              <th key={index} className={align(cell.align)}>
                {inline(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={at} className={align(cell.align)}>
                  {inline(cell.tokens)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function heading(token: Tokens.Heading): ReactElement {
  // An answer stands below the page's own headings.
  const Tag = `h${Math.min(6, token.depth + 2)}` as 'h3' | 'h4' | 'h5' | 'h6'
  return <Tag className={`heading-${token.depth}`}>{inline(token.tokens)}</Tag>
}

function content(token: Token): ReactNode {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading':
      return heading(token as Tokens.Heading)
    case 'code':
      return (
        <CodeBlock code={(token as Tokens.Code).text} language={(token as Tokens.Code).lang?.split(/\s/)[0] ?? ''} />
      )
    case 'list':
      return list(token as Tokens.List)
    case 'table':
      return table(token as Tokens.Table)
    case 'blockquote':
      return <blockquote>{(token as Tokens.Blockquote).tokens.map(block)}</blockquote>
    case 'hr':
      return <hr />
    case 'paragraph':
    case 'text':
      return <p>{inline((token as Tokens.Paragraph).tokens)}</p>
    default:
      return <p>{token.raw}</p>
  }
}

const block = (token: Token, key: number): ReactNode => <Piece key={key} token={token} />
const Piece = ({ token }: { token: Token }): ReactNode => content(token)

/** Sealed blocks keep their token object, so they do not render again while the answer grows. */
const Block = memo(Piece)

/** Markdown as elements; never as HTML. */
export function Markdown({ text }: { text: string }): ReactElement {
  const [parse] = useState(createBlockParser)
  return (
    <div className="markdown">
      {parse(text).map(({ token }, index) => (
        <Block key={index} token={token} />
      ))}
    </div>
  )
}
