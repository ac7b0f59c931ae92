import { expect, test } from 'vitest'
import { multipart } from './multipart.ts'

async function read(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('parts keep their order, the length is true, and a name cannot break out', async () => {
  const bytes = new Uint8Array(150_000).fill(1)
  const body = multipart([
    { name: 'endpoint', value: 'openAI' },
    { name: 'file', filename: 'a"\r\nX-Evil: 1', type: 'image/png', bytes },
    { name: 'width', value: '4' },
  ])
  const sent = await read(body.stream)
  expect(sent.length).toBe(body.length)
  const text = sent.toString('latin1')
  expect([...text.matchAll(/ name="(\w+)"/g)].map((match) => match[1])).toEqual(['endpoint', 'file', 'width'])
  expect(text).not.toMatch(/^X-Evil/m)
  // A retry after a renewed token sends the same again.
  expect((await read(body.stream)).equals(sent)).toBe(true)
})
