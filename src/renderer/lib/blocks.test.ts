import { expect, test } from 'vitest'
import { createBlockParser } from './blocks.ts'

const document = `# Title

A paragraph with **bold** text.

- one
- two

  still two

1. first
2. second

\`\`\`ts
const a = 1

const b = 2
\`\`\`

| a | b |
| - | - |
| 1 | 2 |

> quoted
> more

The end.
`
const shape = (text: string): string[] =>
  createBlockParser()(text)
    .filter(({ token }) => token.type !== 'space')
    .map(({ token, raw }) => `${token.type}:${raw.trim()}`)

test('text that grows letter by letter ends in the same blocks as the whole text', () => {
  const parse = createBlockParser()
  let last: string[] = []
  for (let end = 1; end <= document.length; end++)
    last = parse(document.slice(0, end))
      .filter(({ token }) => token.type !== 'space')
      .map(({ token, raw }) => `${token.type}:${raw.trim()}`)
  expect(last).toEqual(shape(document))
  expect(last.map((block) => block.split(':')[0])).toEqual([
    'heading',
    'paragraph',
    'list',
    'list',
    'code',
    'table',
    'blockquote',
    'paragraph',
  ])
})

test('sealed blocks stay the same objects', () => {
  const parse = createBlockParser()
  const first = parse('One.\n\nTwo')
  const second = parse('One.\n\nTwo and more.\n\nThree')
  expect(second[0]).toBe(first[0])
})

test('a text that was replaced is parsed anew', () => {
  const parse = createBlockParser()
  parse('One.\n\nTwo.\n\nThree.')
  expect(parse('Other.').map(({ raw }) => raw)).toEqual(['Other.'])
})
