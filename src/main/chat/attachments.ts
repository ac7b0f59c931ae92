import { randomUUID } from 'node:crypto'
import type { AddAttachmentInput, Attachment, AttachmentLimits, Target } from '../../contract/chat.ts'
import type { AppError, FileProblem } from '../../contract/errors.ts'
import type { Cache, DraftFile } from '../cache/cache.ts'
import { Fault, isFault } from '../fault.ts'
import type { LibreChat, ServerFile } from '../librechat/librechat.ts'
import { fileRefOf } from '../librechat/wire.ts'
import { sniffImage } from './sniff.ts'

/** Pixels: what decoders and the server's own converter can be asked for. */
const maxPixels = 64_000_000
const maxSide = 16_384
/** Milliseconds between two progress events of one upload. */
const progressPause = 50
/** Milliseconds that a server's limits are believed. */
const limitsLife = 5 * 60_000

export interface Attachments {
  limits(target: Target): Promise<AttachmentLimits>
  list(draftKey: string): Attachment[]
  add(input: AddAttachmentInput): Promise<void>
  retry(id: string): void
  remove(id: string): void
  /** The uploaded files in the order asked for; they leave their draft. Fault invalid-input when one is not ready. */
  take(ids: readonly string[]): ServerFile[]
  /** Uploaded files that were not sent after all go back to their draft. */
  giveBack(draftKey: string, files: readonly ServerFile[], target: Target): void
  /** Takes up what was uploaded before a restart. */
  restore(): void
  close(): void
}

interface Deps {
  readonly librechat: LibreChat
  readonly cache: () => Cache | null
  /** False: an administrator does not let anything be attached. */
  readonly allowed: () => boolean
  readonly emit: (change: { draftKey: string; attachments: Attachment[] }) => void
}

interface Item {
  readonly input: Omit<AddAttachmentInput, 'bytes'>
  /** Kept until the server has them, so that a failed upload can be tried again. */
  bytes: Uint8Array | null
  readonly size: number
  status: Attachment['status']
  file: ServerFile | null
  abort: AbortController
}

const rejected = (reason: FileProblem, limit: number | null = null): Fault =>
  new Fault({ code: 'file-rejected', reason, limit })

export function createAttachments({ librechat, cache, allowed, emit }: Deps): Attachments {
  const items = new Map<string, Item>()
  const known = new Map<string, { at: number; limits: Promise<AttachmentLimits> }>()

  const ofDraft = (draftKey: string): Item[] => [...items.values()].filter((item) => item.input.draftKey === draftKey)
  const toAttachment = ({ input: { id, draftKey, name, type, width, height }, size, status }: Item): Attachment => ({
    id,
    draftKey,
    name,
    type,
    bytes: size,
    width,
    height,
    status,
  })
  const list = (draftKey: string): Attachment[] => ofDraft(draftKey).map(toAttachment)
  const changed = (draftKey: string): void => emit({ draftKey, attachments: list(draftKey) })

  const limits = async (target: Target): Promise<AttachmentLimits> => {
    const name = `${target.endpointType ?? ''}/${target.endpoint}`
    const found = known.get(name)
    if (found && Date.now() - found.at < limitsLife) return await found.limits
    const asked = librechat.files.limits(target)
    known.set(name, { at: Date.now(), limits: asked })
    asked.catch(() => known.delete(name))
    return await asked
  }

  const upload = (item: Item): void => {
    const { input, bytes } = item
    if (bytes === null) return
    const abort = new AbortController()
    item.abort = abort
    item.status = { kind: 'uploading', sentBytes: 0 }
    changed(input.draftKey)
    let told = 0
    const onProgress = (sentBytes: number): void => {
      if (item.status.kind !== 'uploading' || Date.now() - told < progressPause) return
      told = Date.now()
      item.status = { kind: 'uploading', sentBytes: Math.min(sentBytes, item.size) }
      changed(input.draftKey)
    }
    const settle = (status: Attachment['status']): void => {
      if (items.get(input.id) !== item || item.abort !== abort) return
      item.status = status
      changed(input.draftKey)
    }
    librechat.files.upload({ ...input, bytes }, onProgress, abort.signal).then(
      (file) => {
        if (items.get(input.id) !== item) {
          librechat.files.remove(file).catch(() => undefined)
          return
        }
        item.file = file
        item.bytes = null
        cache()?.saveFiles([file])
        cache()?.saveDraftFile({ id: input.id, draftKey: input.draftKey, size: item.size, target: input.target, file })
        settle({ kind: 'ready', file: fileRefOf(file) })
      },
      (thrown: unknown) => {
        const error: AppError = isFault(thrown) ? thrown.error : { code: 'unexpected-answer', server: 'librechat' }
        settle({ kind: 'failed', error })
      },
    )
  }

  const addUploaded = ({ id, draftKey, size, target, file }: DraftFile): void => {
    const { name, type, width, height } = file
    const input = { id, draftKey, name, type, width: width ?? 1, height: height ?? 1, target }
    const status = { kind: 'ready', file: fileRefOf(file) } as const
    items.set(id, { input, bytes: null, size, status, file, abort: new AbortController() })
  }

  const check = async (input: AddAttachmentInput): Promise<string> => {
    if (input.bytes.length === 0) throw rejected('empty')
    const type = sniffImage(input.bytes)
    if (type === null) throw rejected('not-an-image')
    if (input.width > maxSide || input.height > maxSide || input.width * input.height > maxPixels)
      throw rejected('dimensions', maxSide)
    // When the limits cannot be had now, the server itself says what it does not take.
    const allowed = await limits(input.target).catch(() => null)
    if (allowed === null) return type
    if (!allowed.enabled || !allowed.imageTypes.includes(type)) throw rejected('not-accepted-here')
    if (input.bytes.length > allowed.maxFileBytes) throw rejected('too-large', allowed.maxFileBytes)
    const there = ofDraft(input.draftKey)
    if (there.length >= allowed.maxFiles) throw rejected('too-many', allowed.maxFiles)
    const total = there.reduce((sum, item) => sum + item.size, input.bytes.length)
    if (total > allowed.maxTotalBytes) throw rejected('too-large', allowed.maxTotalBytes)
    return type
  }

  return {
    limits,
    list,
    async add(input) {
      if (!allowed()) throw new Fault({ code: 'managed', setting: 'uploads' })
      if (items.has(input.id)) return
      const type = await check(input)
      if (items.has(input.id)) return
      const { bytes, ...rest } = input
      const status = { kind: 'uploading', sentBytes: 0 } as const
      const abort = new AbortController()
      const item: Item = { input: { ...rest, type }, bytes, size: bytes.length, status, file: null, abort }
      items.set(input.id, item)
      upload(item)
    },
    retry(id) {
      if (!allowed()) throw new Fault({ code: 'managed', setting: 'uploads' })
      const item = items.get(id)
      if (!item) throw new Fault({ code: 'not-found' })
      if (item.status.kind === 'failed') upload(item)
    },
    remove(id) {
      const item = items.get(id)
      if (!item) return
      items.delete(id)
      cache()?.removeDraftFile(id)
      item.abort.abort()
      changed(item.input.draftKey)
      // Best effort: a file that stays on the server is in nobody's way.
      if (item.file !== null) void librechat.files.remove(item.file).catch(() => undefined)
    },
    take(ids) {
      const found = ids.map((id) => items.get(id))
      const files = found.map((item) => item?.file ?? null)
      if (files.includes(null)) throw new Fault({ code: 'invalid-input', field: 'attachmentIds' })
      const keys = new Set(found.flatMap((item) => (item ? [item.input.draftKey] : [])))
      for (const id of ids) {
        items.delete(id)
        cache()?.removeDraftFile(id)
      }
      for (const key of keys) changed(key)
      return files.filter((file) => file !== null)
    },
    giveBack(draftKey, files, target) {
      for (const file of files) {
        const row = { id: randomUUID(), draftKey, size: file.bytes ?? 0, target, file }
        cache()?.saveDraftFile(row)
        addUploaded(row)
      }
      if (files.length > 0) changed(draftKey)
    },
    restore() {
      for (const row of cache()?.draftFiles() ?? []) addUploaded(row)
    },
    close() {
      for (const item of items.values()) item.abort.abort()
      items.clear()
      known.clear()
    },
  }
}
