import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { readFrames } from './sse.ts'

const text =
  'event: message\ndata: {"text":"Grüße 🌱"}\n\n: a comment\n\nevent: error\r\ndata: one\r\ndata: two\r\n\r\ndata:last'
const bytes = Buffer.from(text)

async function frames(chunks: readonly Buffer[]): Promise<{ event: string; data: string }[]> {
  const all: { event: string; data: string }[] = []
  for await (const { event, data } of readFrames(Readable.from(chunks, { objectMode: false })))
    all.push({ event, data })
  return all
}

test('the same frames come out wherever the bytes are cut', async () => {
  const whole = await frames([bytes])
  expect(whole.slice(0, 2)).toMatchObject([{ data: '{"text":"Grüße 🌱"}' }, { event: 'error', data: 'one\ntwo' }])
  for (let at = 1; at < bytes.length; at++)
    expect(await frames([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole)
  expect(await frames(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(whole)
})

test('a last frame that comes together with the end is not lost', async () => {
  expect((await frames([bytes])).at(-1)?.data).toBe('last')
})
