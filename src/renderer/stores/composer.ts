import { createStore } from 'zustand/vanilla'
import type { Attachment, AttachmentLimits, Target } from '../../contract/chat.ts'
import type { AppError } from '../../contract/errors.ts'
import { errorOf, unwrap } from '../lib/api.ts'
import type { Api } from '../lib/api.ts'
import { prepareImage } from '../composer/prepare-image.ts'

/** A file that did not become an attachment, and why. */
export interface Refusal {
  readonly id: string
  readonly name: string
  readonly error: AppError
}

export interface ComposerView {
  readonly draftKey: string
  readonly text: string
  readonly attachments: readonly Attachment[]
  /** Files being decoded and scaled, by attachment id. */
  readonly preparing: readonly { readonly id: string; readonly name: string }[]
  readonly refusals: readonly Refusal[]
  /** Object URLs of what was attached in this window, by attachment id. */
  readonly previews: Readonly<Record<string, string>>
}

/** Milliseconds of quiet before a draft is saved. */
const saveAfter = 300

const empty = (draftKey: string): ComposerView => ({
  draftKey,
  text: '',
  attachments: [],
  preparing: [],
  refusals: [],
  previews: {},
})

export type ComposerStore = ReturnType<typeof createComposerStore>

/** `newKey`: where the draft of a chat without a name is kept; each window has its own. */
export function createComposerStore(api: Api, newKey = 'new') {
  const store = createStore<ComposerView>(() => empty(newKey))
  let timer: ReturnType<typeof setTimeout> | null = null
  let dirty = false

  const save = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (!dirty) return
    dirty = false
    const { draftKey, text } = store.getState()
    void api.drafts.set({ draftKey, draft: text === '' ? null : { text } })
  }

  const stop = api.on['attachments.changed'](({ draftKey, attachments }) => {
    if (draftKey !== store.getState().draftKey) return
    store.setState(({ previews, preparing }) => {
      const there = new Set([...attachments, ...preparing].map(({ id }) => id))
      for (const [id, url] of Object.entries(previews)) if (!there.has(id)) URL.revokeObjectURL(url)
      const kept = Object.fromEntries(Object.entries(previews).filter(([id]) => there.has(id)))
      return {
        attachments,
        previews: kept,
        preparing: preparing.filter(({ id }) => !attachments.some((a) => a.id === id)),
      }
    })
  })

  const refuse = (id: string, name: string, error: AppError): void =>
    store.setState(({ refusals, preparing }) => ({
      refusals: [...refusals.filter((refusal) => refusal.name !== name), { id, name, error }],
      preparing: preparing.filter((item) => item.id !== id),
    }))

  const addOne = async (file: File, target: Target, limits: AttachmentLimits | null): Promise<void> => {
    const id = crypto.randomUUID()
    const { draftKey } = store.getState()
    const name = file.name === '' ? 'Pasted image.png' : file.name
    store.setState(({ preparing, refusals }) => ({
      preparing: [...preparing, { id, name }],
      refusals: refusals.filter((refusal) => refusal.name !== name),
    }))
    try {
      const { bytes, type, width, height, preview } = await prepareImage(file, limits)
      // Taken away while it was being prepared.
      if (!store.getState().preparing.some((item) => item.id === id)) return
      store.setState(({ previews }) => ({ previews: { ...previews, [id]: URL.createObjectURL(preview) } }))
      await unwrap(api.attachments.add({ id, draftKey, name, type, width, height, bytes, target }))
    } catch (thrown) {
      refuse(id, name, errorOf(thrown))
    }
  }

  return {
    store,
    close() {
      save()
      stop()
    },
    save,
    setText(text: string) {
      store.setState({ text })
      dirty = true
      timer ??= setTimeout(save, saveAfter)
    },
    /** Saves the draft of the conversation that is left and brings back the one of the other. */
    async open(draftKey: string) {
      if (store.getState().draftKey !== draftKey) {
        save()
        store.setState(empty(draftKey), true)
      }
      const [draft, attachments] = await Promise.all([api.drafts.get({ draftKey }), api.attachments.list({ draftKey })])
      if (store.getState().draftKey !== draftKey || dirty) return
      if (draft.ok && draft.value !== null) store.setState({ text: draft.value.text })
      if (attachments.ok) store.setState({ attachments: attachments.value })
    },
    async attach(files: readonly File[], target: Target) {
      const found = await api.attachments.limits({ target })
      const limits = found.ok ? found.value : null
      for (const file of files) await addOne(file, target, limits)
    },
    remove(id: string) {
      store.setState(({ preparing }) => ({ preparing: preparing.filter((item) => item.id !== id) }))
      void api.attachments.remove({ id })
    },
    retry: (id: string) => void api.attachments.retry({ id }),
    dismiss: (id: string) =>
      store.setState(({ refusals }) => ({ refusals: refusals.filter((refusal) => refusal.id !== id) })),
    /** What was sent leaves the composer, and its stored draft with it. */
    sent() {
      store.setState({ text: '', refusals: [] })
      dirty = true
      save()
    },
    /** The new conversation got its name: what was typed since goes on there. */
    rename(draftKey: string) {
      const { text, attachments, preparing, draftKey: before } = store.getState()
      // Images on their way belong to the key they were attached under; the next message takes them along.
      if (before === draftKey || attachments.length + preparing.length > 0) return
      if (timer !== null) clearTimeout(timer)
      timer = null
      void api.drafts.set({ draftKey: before, draft: null })
      store.setState({ draftKey })
      dirty = text !== ''
      save()
    },
    /** The text of a message that was not taken comes back, before what was typed since. */
    giveBack(text: string) {
      store.setState(({ text: now }) => ({ text: now === '' ? text : `${text}\n${now}` }))
      dirty = true
      save()
    },
    reset() {
      dirty = false
      store.setState(empty(newKey), true)
    },
  }
}
