import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { Composer, useAttach } from '../composer/composer.tsx'
import { ConnectionNotice, ProblemNotice } from '../screens/connection-notice.tsx'
import { useSession, useStores, useView } from '../stores/context.ts'
import { Thread } from '../thread/thread.tsx'
import { Spinner } from '../ui/alert.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Mark } from '../ui/icon.tsx'
import { useTheme } from '../ui/theme.ts'
import { Watermark } from '../ui/watermark.tsx'

/** Escape hides the window, unless it closes something first or ends what an input method is composing. */
function useEscape(hide: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return
      if (document.querySelector('dialog[open]') === null) hide()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [hide])
}

/** Whoever opens the window types at once. */
function useFocusOnShow(): void {
  useEffect(() => {
    const focus = (): void => document.querySelector('textarea')?.focus()
    window.addEventListener('focus', focus)
    return () => window.removeEventListener('focus', focus)
  }, [])
}

function usePastedFiles(): void {
  const attach = useAttach()
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0 || event.clipboardData?.getData('text/plain') !== '') return
      event.preventDefault()
      attach(files)
    }
    window.addEventListener('paste', onPaste)
    return () => window.removeEventListener('paste', onPaste)
  })
}

function QuickChat({ openMain }: { openMain: () => void }): ReactElement {
  usePastedFiles()
  return (
    <>
      <div className="notices">
        <ConnectionNotice onSignIn={openMain} canCheck={false} />
        <ProblemNotice />
      </div>
      <Thread />
      <Composer />
    </>
  )
}

/** The quick window: one question, its answer in place, and a way to go on in the main window. */
export function Quick(): ReactElement {
  const stores = useStores()
  const { api } = stores
  const { state } = useSession()
  const shown = useView(
    (s) => s.thread,
    (view) => view.shown,
  )
  const hide = (): void => void api.quick.hide()
  const openMain = (): void =>
    void stores.problem.watch(api.quick.openInMain({ conversationId: shown.kind === 'stored' ? shown.id : null }))
  useTheme()
  useEscape(hide)
  useFocusOnShow()

  const signedIn = state.phase === 'signed-in' || state.phase === 'expired'
  const started = shown.kind === 'stored' || shown.turnId !== null
  return (
    <main className="quick" aria-label="Quick question">
      <header className="quick-head">
        <Mark />
        <h1>Quick question</h1>
        <span className="spring" />
        {signedIn && started ? (
          <button type="button" className="button small" onClick={() => stores.newChat()}>
            New
          </button>
        ) : null}
        <button type="button" className="button small" onClick={openMain}>
          Open in main window
        </button>
        <IconButton icon="close" label="Hide (Esc)" onClick={hide} />
      </header>
      {state.phase === 'starting' ? (
        <div className="quick-middle">
          <Spinner label="Starting" />
        </div>
      ) : signedIn ? (
        <QuickChat openMain={openMain} />
      ) : (
        <div className="quick-middle">
          <p>Please sign in first, in the main window. Then this one is ready.</p>
          <button type="button" className="button primary" onClick={openMain}>
            Open the main window
          </button>
        </div>
      )}
      <Watermark />
    </main>
  )
}
