import { useEffect, useRef } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { branchOf } from '../lib/tree.ts'
import { useStores, useView } from '../stores/context.ts'
import { turnsOf } from '../thread/branch.ts'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { AttachmentTray } from './attachment-tray.tsx'
import { ModelPicker } from './model-picker.tsx'

const accepted = 'image/png,image/jpeg,image/webp,image/gif'

const noImages = 'Your organisation does not let images be attached'

/** Attaches what was picked, pasted or dropped; without a model to take it the list is asked for first, or why not is told. */
export function useAttach(): (files: readonly File[]) => void {
  const { models, composer, problem, settings, target } = useStores()
  const attach = async (files: readonly File[]): Promise<void> => {
    if (!settings.store.getState().uploads) return problem.tell({ code: 'managed', setting: 'uploads' })
    if (target() === null) await models.load()
    const to = target()
    if (to !== null) return await composer.attach(files, to)
    problem.tell(models.store.getState().error ?? { code: 'turn-failed', reason: 'missing-model', detail: null })
  }
  return (files) => {
    if (files.length > 0) void attach(files)
  }
}

export function Composer(): ReactElement {
  const stores = useStores()
  const attach = useAttach()
  const box = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const text = useView(
    (s) => s.composer,
    (view) => view.text,
  )
  const draftKey = useView(
    (s) => s.composer,
    (view) => view.draftKey,
  )
  const attachments = useView(
    (s) => s.composer,
    (view) => view.attachments,
  )
  const preparing = useView(
    (s) => s.composer,
    (view) => view.preparing.length,
  )
  const shown = useView(
    (s) => s.thread,
    (view) => view.shown,
  )
  const all = useView(
    (s) => s.turns,
    (view) => view.turns,
  )
  const ready = useView(
    (s) => s.models,
    (view) => view.options.length > 0,
  )
  const uploads = useView(
    (s) => s.settings,
    (settings) => settings.uploads,
  )
  const running = turnsOf(all, shown).find(({ status }) => status !== 'failed')
  const uploaded = preparing === 0 && attachments.every(({ status }) => status.kind === 'ready')
  const something = text.trim() !== '' || attachments.length > 0
  const sendable = ready && something && uploaded && running === undefined

  useEffect(() => box.current?.focus(), [draftKey])
  useEffect(() => {
    const save = (): void => stores.composer.save()
    window.addEventListener('pagehide', save)
    return () => window.removeEventListener('pagehide', save)
  }, [stores])

  const send = (): void => {
    if (!sendable) return
    const { messages, choice } = stores.thread.store.getState()
    const last = branchOf(messages, choice).at(-1)?.message
    void stores.send(last?.id ?? null)
    box.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      className="composer"
      aria-label="New message"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <AttachmentTray />
      <textarea
        ref={box}
        aria-label="Message"
        placeholder="Write a message…"
        rows={1}
        maxLength={200_000}
        value={text}
        onChange={(event) => stores.composer.setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => stores.composer.save()}
      />
      <div className="composer-bar">
        <input
          ref={picker}
          type="file"
          accept={accepted}
          multiple
          hidden
          aria-hidden="true"
          onChange={(event) => {
            attach([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
        {uploads ? (
          <IconButton icon="image" label="Attach images" disabled={!ready} onClick={() => picker.current?.click()} />
        ) : (
          <IconButton
            icon="image"
            label="Attach images"
            title={noImages}
            aria-description={noImages}
            aria-disabled
            onClick={() => stores.problem.tell({ code: 'managed', setting: 'uploads' })}
          />
        )}
        <ModelPicker />
        <span className="spring" />
        {running === undefined ? (
          <button type="submit" className="send" aria-label="Send" title="Send (Enter)" disabled={!sendable}>
            <Icon name="send" />
          </button>
        ) : (
          <button
            type="button"
            className="send stop"
            aria-label="Stop"
            title="Stop"
            disabled={running.status === 'stopping'}
            onClick={() => void stores.problem.watch(stores.api.chat.stop({ turnId: running.id }))}
          >
            <Icon name="stop" />
          </button>
        )}
      </div>
    </form>
  )
}
