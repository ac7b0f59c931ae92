import type { MouseEvent, ReactElement, ReactNode } from 'react'
import type { Token, Tokens } from 'marked'
import { useStores } from '../stores/context.ts'

const openable = (href: string): boolean => /^(https?:|mailto:)/i.test(href)

function Link({ href, bare, children }: { href: string; bare: boolean; children: ReactNode }): ReactElement {
  const { api, problem } = useStores()
  if (!openable(href)) return <span>{children}</span>
  const open = (event: MouseEvent): void => {
    event.preventDefault()
    void problem.watch(api.app.openExternal({ url: href }))
  }
  return (
    <a
      href={href}
      title={href}
      className={bare ? 'bare' : undefined}
      rel="noreferrer noopener"
      onClick={open}
      onAuxClick={open}
    >
      {children}
    </a>
  )
}

/** Whether the text of a link is its address already. */
const saysWhere = ({ href, text }: Tokens.Link): boolean => href === text || href === `mailto:${text}`

/** What stands for a character reference in source text; HTML itself is shown as the text that it is. */
const decoded = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_all, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
  )

function one(token: Token, key: number): ReactNode {
  const { tokens } = token as { tokens?: Token[] }
  switch (token.type) {
    case 'strong':
      return <strong key={key}>{inline(tokens)}</strong>
    case 'em':
      return <em key={key}>{inline(tokens)}</em>
    case 'del':
      return <del key={key}>{inline(tokens)}</del>
    case 'codespan':
      return <code key={key}>{decoded((token as Tokens.Codespan).text)}</code>
    case 'br':
      return <br key={key} />
    case 'link':
      return (
        <Link key={key} href={(token as Tokens.Link).href} bare={saysWhere(token as Tokens.Link)}>
          {inline(tokens)}
        </Link>
      )
    case 'image': {
      // A picture from elsewhere would tell its server that this answer is being read: it is a link.
      const { href, text } = token as Tokens.Image
      return (
        <Link key={key} href={href} bare={text === ''}>
          {text === '' ? href : text}
        </Link>
      )
    }
    case 'checkbox':
      return <input key={key} type="checkbox" disabled checked={(token as Tokens.Checkbox).checked} readOnly />
    case 'text':
      return tokens ? <span key={key}>{inline(tokens)}</span> : decoded((token as Tokens.Text).text)
    case 'escape':
      return decoded((token as Tokens.Escape).text)
    default:
      return decoded(token.raw)
  }
}

export const inline = (tokens: readonly Token[] | undefined): ReactNode => (tokens ?? []).map(one)
