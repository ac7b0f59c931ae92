import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import type { LogEvent } from '../host.ts'
import { createAppProtocol, fileUnder, imageIdOf } from './app-scheme.ts'

vi.mock('electron', () => ({ protocol: {} }))

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'app-scheme-')))
const root = join(folder, 'renderer')
mkdirSync(join(root, 'assets'), { recursive: true })
writeFileSync(join(root, 'index.html'), 'page')
writeFileSync(join(root, 'assets/a b.js'), 'script')
writeFileSync(join(root, 'secret.pem'), 'no type for it')
mkdirSync(join(folder, 'renderer-two'))
writeFileSync(join(folder, 'renderer-two/x.js'), 'beside')
writeFileSync(join(folder, 'outside.js'), 'outside')
symlinkSync(join(folder, 'outside.js'), join(root, 'link.js'))
symlinkSync(folder, join(root, 'up'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const logged: LogEvent[] = []
const image = vi.fn<(id: string) => Promise<{ type: string; bytes: Uint8Array } | null>>()
const answer = createAppProtocol({ root, image, log: (event) => logged.push(event) })
const get = async (path: string): Promise<Response> => await answer(new Request(`app://bundle${path}`))

test('a file of the window, percent-decoded once', async () => {
  const found = await get('/assets/a%20b.js')
  expect([found.status, await found.text()]).toEqual([200, 'script'])
  expect(found.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
})

test.each(['/link.js', '/up/outside.js', '/../renderer-two/x.js', '/%2e%2e%2foutside.js'])(
  '%s leads out',
  async (path) => {
    expect((await get(path)).status).toBe(404)
  },
)

test('a link back in is a file like any other', async () => {
  expect(await fileUnder(root, '/up/renderer/index.html')).toBe(join(root, 'index.html'))
})

test('a folder that only begins with the same name is outside', async () => {
  symlinkSync(join(folder, 'renderer-two/x.js'), join(root, 'beside.js'))
  expect(await fileUnder(root, '/beside.js')).toBeNull()
})

test('a file without a known type is not served', async () => {
  expect((await get('/secret.pem')).status).toBe(404)
})

test('an image has the type that the app names and may do nothing as a document', async () => {
  image.mockResolvedValueOnce({ type: 'image/png', bytes: new Uint8Array([1, 2, 3]) })
  const found = await get('/image/file%20one')
  expect(image).toHaveBeenLastCalledWith('file one')
  expect(new Uint8Array(await found.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]))
  expect(found.headers.get('content-type')).toBe('image/png')
  expect(found.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  expect(found.headers.get('x-content-type-options')).toBe('nosniff')
})

test('an image that fails is an error without its text, and a line in the log', async () => {
  image.mockRejectedValueOnce(new TypeError('canary'))
  const found = await get('/image/one')
  expect([found.status, await found.text()]).toEqual([500, ''])
  expect(logged.at(-1)).toEqual({ level: 'error', event: 'window.request-failed', fields: { name: 'TypeError' } })
})

test.each([
  ['app://bundle/image/file%20one', 'file one'],
  ['app://bundle/image/', null],
  ['app://bundle/image/..%2findex.html', null],
  ['app://bundle/image/%', null],
  ['app://bundle/index.html', null],
  ['app://bundle.example/image/1', null],
  ['https://bundle/image/1', null],
  ['blob:app://bundle/image/1', null],
  ['', null],
])('the file of %s is %s', (url, id) => expect(imageIdOf(url)).toBe(id))
