import { Lexer } from 'marked'
import type { Token } from 'marked'

/** One top-level piece of Markdown. `raw` is its key: the same text is the same block. */
export interface Block {
  readonly raw: string
  readonly token: Token
}

const lex = (text: string): Token[] => new Lexer({ gfm: true, breaks: true }).lex(text)

/**
 * Parses Markdown that grows at its end. Every block before the last one that has content is sealed: later text cannot change
 * it, so that only the tail is parsed again and only the last block renders again.
 */
export function createBlockParser(): (text: string) => readonly Block[] {
  let sealed: Block[] = []
  let sealedText = ''
  return (text) => {
    if (!text.startsWith(sealedText)) {
      sealed = []
      sealedText = ''
    }
    const tail = lex(text.slice(sealedText.length)).map((token) => ({ raw: token.raw, token }))
    const last = tail.findLastIndex(({ token }) => token.type !== 'space')
    const firm = tail.slice(0, Math.max(0, last))
    // Footnote-like link definitions leave no token of their own: then nothing can be sealed by length.
    const firmText = firm.map(({ raw }) => raw).join('')
    if (text.startsWith(firmText, sealedText.length)) {
      sealed = [...sealed, ...firm]
      sealedText += firmText
      return [...sealed, ...tail.slice(firm.length)]
    }
    return [...sealed, ...tail]
  }
}
