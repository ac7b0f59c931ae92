import { beforeEach, describe, expect, test } from 'vitest'
import { target, textOf } from '../contract/harness/client.ts'
import { png } from '../journeys/harness/images.ts'
import { useApp } from './harness/use-app.ts'

const my = useApp()

describe('attachments', () => {
  beforeEach(async () => await my.signIn())
  const add = async (bytes: Uint8Array<ArrayBuffer>, patch: { width?: number; height?: number } = {}) =>
    await my.app.call('attachments.add', {
      id: crypto.randomUUID(),
      draftKey: 'new',
      name: 'a.png',
      type: 'image/png',
      width: 1,
      height: 1,
      bytes,
      target,
      ...patch,
    })
  const pngHead = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

  test.each([
    ['nothing', new Uint8Array(0), {}, 'empty'],
    ['text', new TextEncoder().encode('<svg onload=alert(1)>'), {}, 'not-an-image'],
    ['too many pixels', pngHead, { width: 20_000, height: 20_000 }, 'dimensions'],
  ] as const)('%s is refused', async (_what, bytes, patch, reason) => {
    expect(await add(new Uint8Array(bytes), patch)).toMatchObject({
      ok: false,
      error: { code: 'file-rejected', reason },
    })
  })

  test('an image above the limit is refused before it is sent', async () => {
    const bytes = new Uint8Array(21 * 1024 * 1024)
    bytes.set(pngHead)
    my.stack.librechat.clearRequests()
    expect(await add(bytes)).toMatchObject({ ok: false, error: { code: 'file-rejected', reason: 'too-large' } })
    expect(my.stack.librechat.requests.filter(({ method }) => method === 'POST')).toEqual([])
  })

  test('a failed upload stays, and can be tried again', async () => {
    my.stack.librechat.faults.add({ method: 'POST', path: '/api/files/images', action: { kind: 'reset' } })
    await add(new Uint8Array(await png(30, 30)), { width: 30, height: 30 })
    const list = async () => {
      const found = await my.app.call('attachments.list', { draftKey: 'new' })
      return found.ok ? found.value : []
    }
    await expect.poll(async () => (await list())[0]?.status.kind).toBe('failed')
    await my.app.call('attachments.retry', { id: (await list())[0]!.id })
    await expect.poll(async () => (await list())[0]?.status.kind).toBe('ready')
  })

  test('an image that is not sent yet is there after a restart, and goes with the message then', async () => {
    await add(new Uint8Array(await png(32, 32)), { width: 32, height: 32 })
    const ready = async () => {
      const found = await my.app.call('attachments.list', { draftKey: 'new' })
      return (found.ok ? found.value : []).filter(({ status }) => status.kind === 'ready')
    }
    await expect.poll(async () => (await ready()).length).toBe(1)
    await my.restart()
    const [kept] = await ready()
    expect(kept).toMatchObject({ name: 'a.png', width: 32 })
    const id = await my.app.send('With the picture', { attachmentIds: [kept!.id] })
    await my.settled(id, 'complete')
    expect(textOf(my.app.turn(id)?.answer)).toContain('32 × 32')
    await my.restart()
    expect(await ready()).toEqual([])
  })
})
