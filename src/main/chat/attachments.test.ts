import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import type { LibreChat } from '../librechat/librechat.ts'
import { createAttachments } from './attachments.ts'

const target = { endpoint: 'openAI', endpointType: null, model: 'm', agentId: null, spec: null } as const
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
const input = { draftKey: 'new', name: 'a.png', type: 'image/png', width: 1, height: 1, target, bytes: png }
const id = '2f1e6a8e-2f0b-4f7b-9a57-6b1f1f0f3d11'

/** A server that takes no file, and counts how often one was sent. */
function open() {
  const calls = { uploads: 0, allowed: true }
  const files = {
    limits: async () => await Promise.reject(new Fault({ code: 'server-error', server: 'librechat', status: 500 })),
    upload: async () => {
      calls.uploads += 1
      return await Promise.reject(new Fault({ code: 'server-error', server: 'librechat', status: 500 }))
    },
    remove: async () => await Promise.resolve(),
  }
  const attachments = createAttachments({
    librechat: { files } as unknown as LibreChat,
    cache: () => null,
    allowed: () => calls.allowed,
    emit: () => undefined,
  })
  return { attachments, calls }
}
const managed = expect.objectContaining({ error: { code: 'managed', setting: 'uploads' } })

test('where an administrator has switched attaching off, nothing goes to the server', async () => {
  const { attachments, calls } = open()
  calls.allowed = false
  await expect(attachments.add({ ...input, id })).rejects.toEqual(managed)
  expect(attachments.list('new')).toEqual([])
  expect(calls.uploads).toBe(0)
})

test('an upload that failed before attaching was switched off is not tried again, but can be taken away', async () => {
  const { attachments, calls } = open()
  await attachments.add({ ...input, id })
  await expect.poll(() => attachments.list('new')[0]?.status.kind).toBe('failed')
  calls.allowed = false
  expect(() => attachments.retry(id)).toThrow(managed)
  expect(calls.uploads).toBe(1)
  attachments.remove(id)
  expect(attachments.list('new')).toEqual([])
})
