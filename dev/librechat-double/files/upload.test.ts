import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DoubleOptions, Style } from '../options.ts'
import { account, chatBody, signedIn } from '../test-client.ts'
import type { Answer, SignedIn } from '../test-client.ts'

let client: SignedIn
const open = async (options: Partial<DoubleOptions> = {}): Promise<void> => {
  client = await signedIn({ style: 'resumable', ...options })
}
afterEach(async () => await client.double.close())

let jpeg: Buffer
const picture = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } })
beforeAll(async () => {
  jpeg = await picture(1600, 1200).jpeg().toBuffer()
})

type Field = readonly [string, string | { bytes: Buffer | string; name: string; type: string }]
const fileField = (bytes: Buffer | string = jpeg, type = 'image/jpeg', name = 'sofa.jpg'): Field => [
  'file',
  { bytes, name, type },
]
const fields = (file: Field = fileField(), more: Readonly<Record<string, string | null>> = {}): Field[] => {
  const all: Field[] = [
    ['endpoint', 'openAI'],
    ['endpointType', ''],
    file,
    ['file_id', '0e8f7a52-3a61-4d0c-8c1b-7b0f5f6f1d22'],
    ['width', '1600'],
    ['height', '1200'],
    ['message_file', 'true'],
  ]
  return all.filter(([name]) => more[name] !== null).map(([name, value]) => [name, more[name] ?? value] as Field)
}
const upload = async (list: readonly Field[] = fields()): Promise<Answer> => {
  const body = new FormData()
  for (const [name, value] of list) {
    if (typeof value === 'string') body.append(name, value)
    else
      body.append(
        name,
        new Blob([new Uint8Array(Buffer.from(value.bytes as string))], { type: value.type }),
        encodeURIComponent(value.name),
      )
  }
  return await client.call('POST', '/api/files/images', { body })
}
const processing = { message: 'Error processing file' }

test('an upload comes back as something else: id, type, size, bytes', async () => {
  await open()
  const { status, json, headers } = await upload(fields(fileField(jpeg, 'image/jpeg', 'Große Bank.jpg')))
  expect(status).toBe(200)
  expect(headers.get('x-ratelimit-limit')).toBe('50')
  expect(json).toMatchObject({
    message: 'File uploaded and processed successfully',
    temp_file_id: '0e8f7a52-3a61-4d0c-8c1b-7b0f5f6f1d22',
    filename: 'Große Bank.jpg',
    type: 'image/png',
    width: 1024,
    height: 768,
    source: 'local',
    usage: 0,
  })
  expect(json.file_id).not.toBe(json.temp_file_id)
  expect(json.filepath).toBe(`/images/${client.userId}/${json.file_id}__Gro_e_Bank.png`)

  const image = await fetch(`${client.double.origin}${json.filepath}`, { headers: { cookie: client.cookie } })
  const bytes = Buffer.from(await image.arrayBuffer())
  expect([image.headers.get('content-type'), bytes.length]).toEqual(['image/png', json.bytes])
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 1024, height: 768 })
  const list = (await client.call('GET', '/api/files')).json
  expect(list).toMatchObject([{ file_id: json.file_id, user: client.userId }])
})

test('small images keep their size; the longest side depends on the endpoint; orientation is applied', async () => {
  await open({ imageOutputType: 'webp' })
  const size = async (image: Sharp, endpoint = 'openAI'): Promise<unknown> => {
    const file = fileField(await image.jpeg().toBuffer())
    const { json } = await upload(fields(file, { endpoint }))
    return [json.type, json.width, json.height]
  }
  expect(await size(picture(300, 200))).toEqual(['image/webp', 300, 200])
  expect(await size(picture(4000, 500))).toEqual(['image/webp', 2000, 250])
  expect(await size(picture(4000, 500), 'anthropic')).toEqual(['image/webp', 1568, 196])
  expect(await size(picture(400, 200).withMetadata({ orientation: 6 }))).toEqual(['image/webp', 200, 400])
})

const mistakes: [string, () => Field[]][] = [
  ['endpoint missing', () => fields(undefined, { endpoint: null })],
  ['endpoint after the file', () => [...fields(undefined, { endpoint: null }), ['endpoint', 'openAI']]],
  ['file_id missing', () => fields(undefined, { file_id: null })],
  ['file_id no uuid', () => fields(undefined, { file_id: 'my-file' })],
  ['width missing', () => fields(undefined, { width: null })],
  ['height no number', () => fields(undefined, { height: 'tall' })],
  ['no file', () => fields(undefined, { file: null })],
  ['no image inside', () => fields(fileField('not an image at all'))],
  ['a type that is no image', () => fields(fileField('hello', 'text/plain', 'a.txt'))],
]
test.each(mistakes)('%s: the same 500', async (_, list) => {
  await open()
  const answer = await upload(list())
  expect([answer.status, answer.json]).toEqual([500, processing])
  expect((await client.call('GET', '/api/files')).json).toEqual([])
})

const limits = {
  serverFileSizeLimit: 0.05,
  endpoints: {
    default: { fileSizeLimit: 0.01 },
    OpenRouter: { disabled: true },
    anthropic: { supportedMimeTypes: ['image/png'] },
  },
}
describe.each<[Style, unknown[]]>([
  ['resumable', [415, '{"message":"Unsupported file type: image/bmp"}']],
  ['post-stream', [500, 'An unknown error occurred.']],
])('limits in style %s', (style, refusal) => {
  test('type, size, and an endpoint that takes none', async () => {
    await open({ style, fileConfig: limits })
    expect((await client.call('GET', '/api/files/config')).json).toEqual(limits)
    const outcome = async (list: Field[]): Promise<unknown[]> => {
      const { status, text } = await upload(list)
      return [status, text]
    }
    expect(await outcome(fields(fileField(jpeg, 'image/bmp')))).toEqual(refusal)
    const small = await picture(20, 20).jpeg().toBuffer()
    expect((await outcome(fields(fileField(small))))[0]).toBe(200)
    const over = await outcome(fields(fileField(Buffer.alloc(20_000), 'image/png')))
    expect(over).toEqual([500, JSON.stringify(processing)])
    expect(await outcome(fields(fileField(Buffer.alloc(200_000), 'image/png')))).toEqual([
      500,
      'An unknown error occurred.',
    ])
    expect((await outcome(fields(fileField(small), { endpoint: 'OpenRouter', endpointType: 'custom' })))[0]).toBe(500)
    expect((await outcome(fields(fileField(small), { endpoint: 'anthropic' })))[0]).not.toBe(200)
  })
})

test('too many uploads: 429 with headers', async () => {
  await open({ uploadMax: 1 })
  await upload()
  const second = await upload()
  expect([second.status, second.json.message]).toEqual([429, 'Too many file upload requests. Try again later'])
  expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('without a file configuration the answer is empty JSON', async () => {
  await open()
  const config = await client.call('GET', '/api/files/config')
  expect([config.status, config.headers.get('content-type'), config.text]).toEqual([
    200,
    'application/json; charset=utf-8',
    '',
  ])
})

test('images need the refresh cookie of their owner; a missing one is a page', async () => {
  await open()
  const { filepath } = (await upload()).json
  const get = async (path: string, cookie?: string): Promise<Answer> =>
    await client.call('GET', path, { agent: 'node', ...(cookie === undefined ? {} : { cookie }) })
  const bare = await get(filepath)
  expect([bare.status, bare.text]).toEqual([401, 'Unauthorized'])
  const odd = await get(filepath, 'refreshToken=a.b.c')
  expect([odd.status, odd.text]).toEqual([403, 'Access Denied'])
  expect((await get('/images/66b1f0c2a5d4e3f2a1b0c9d8/x.png', client.cookie)).status).toBe(403)
  expect((await get(filepath, client.cookie)).status).toBe(200)
  const missing = await get(`/images/${client.userId}/none.png`, client.cookie)
  expect([missing.status, missing.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
})

test('with open links the address is enough', async () => {
  await open({ secureImageLinks: false })
  const { filepath } = (await upload()).json
  expect((await client.call('GET', filepath, { token: null })).headers.get('content-type')).toBe('image/png')
})

test('deleting: named files of one’s own, nothing otherwise', async () => {
  await open()
  const { file_id, filepath } = (await upload()).json
  const remove = async (files: unknown): Promise<Answer> =>
    await client.call('DELETE', '/api/files', { json: { files } })
  expect((await remove([{ file_id }])).status).toBe(204)
  const foreign = await remove([{ file_id: crypto.randomUUID(), filepath: '/images/x/y.png' }])
  expect([foreign.status, foreign.json.unauthorizedFiles]).toEqual([403, [expect.any(String)]])
  expect((await remove([{ file_id, filepath, source: 'local', embedded: false }])).json).toEqual({
    message: 'Files deleted successfully',
  })
  expect((await client.call('GET', '/api/files')).json).toEqual([])
  expect((await client.call('GET', filepath, { cookie: client.cookie })).text).toMatch(/^<!DOCTYPE html>/)
})

test('an answer names the attached images with the pixels they have', async () => {
  await open()
  const file = (await upload()).json
  const files = [{ file_id: file.file_id, filepath: file.filepath, type: file.type, width: 1, height: 1 }]
  const { json } = await client.call('POST', '/api/agents/chat/openAI', { json: chatBody('What is this?', { files }) })
  const reading = await client.open('GET', `/api/agents/chat/stream/${json.streamId}`)
  await reading.ended()
  const frames = reading.frames()
  expect(frames[0]?.data.message.files).toMatchObject([{ file_id: file.file_id, width: 1024, height: 768 }])
  expect(frames.at(-1)?.data.responseMessage.content[0].text).toContain('**sofa.jpg**: 1024 × 768 px')
  expect((await client.call('GET', `/api/messages/${json.streamId}`)).json[0].files[0].file_id).toBe(file.file_id)
  expect((await client.call('GET', '/api/files')).json[0].usage).toBe(1)
  expect(client.double.conversations(account.email)[0]?.['files']).toEqual([file.file_id])
})
