import { expect, test } from 'vitest'
import { createLinks } from './links.ts'

const bad = [
  'javascript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,x',
  'https://user:pass@example.com',
  'vscode://x',
  'not a link',
  '',
]
test.each(bad)('refuses %s', async (url) => {
  const opened: string[] = []
  await expect(createLinks({ openExternal: async (at) => void opened.push(at) })(url)).rejects.toMatchObject({
    error: { code: 'link-refused' },
  })
  expect(opened).toEqual([])
})

test('opens a web page, and not a second one at once', async () => {
  const opened: string[] = []
  const open = createLinks({ openExternal: async (at) => void opened.push(at) })
  await open('https://example.com/a')
  await expect(open('https://example.com/b')).rejects.toMatchObject({ error: { code: 'link-refused' } })
  expect(opened).toEqual(['https://example.com/a'])
})
