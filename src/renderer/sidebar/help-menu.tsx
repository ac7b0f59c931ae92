import { useId, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { useAppInfo } from '../stores/app-info.ts'
import { useStores } from '../stores/context.ts'
import type { PanelName } from '../stores/panels.ts'
import { Icon } from '../ui/icon.tsx'
import './help-menu.css'

type Item = readonly [PanelName, string]

const items: readonly Item[] = [
  ['settings', 'Settings'],
  ['whats-new', 'What’s new'],
  ['shortcuts', 'Keyboard shortcuts'],
  ['diagnostics', 'Check the connection'],
  ['support-bundle', 'Save support bundle'],
  ['about', 'About'],
]
const developerItems: readonly Item[] = [
  ['timeline', 'Network timeline'],
  ['open-bundle', 'Open support bundle'],
]

const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
}

/** A button with a menu of what helps and what sets; the platform's popover closes it on Escape and on a press elsewhere. */
export function HelpMenu({ label = false }: { label?: boolean }): ReactElement {
  const { panels } = useStores()
  const info = useAppInfo()
  const id = useId()
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  const developer = info?.flavour === 'debug'

  const entries = (): HTMLElement[] => [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
  const close = (): void => {
    menu.current?.hidePopover()
    button.current?.focus()
  }
  const choose = (name: PanelName): void => {
    // The panel gives the focus back to the button when it is closed.
    close()
    panels.open(name)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = entries()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const step = steps[event.key]
    if (step !== undefined) all[step(at, all.length)]?.focus()
    else if (event.key === 'Escape' || event.key === 'Tab') close()
    else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const turned = [...all.slice(at + 1), ...all.slice(0, at + 1)]
      turned.find(({ textContent }) => textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus()
    } else return
    // Escape closes the menu alone, not also what it stands in.
    event.stopPropagation()
    if (event.key !== 'Tab') event.preventDefault()
  }
  const entry = ([name, text]: Item): ReactElement => (
    <button key={name} type="button" role="menuitem" tabIndex={-1} onClick={() => choose(name)}>
      {text}
    </button>
  )

  return (
    <>
      <button
        ref={button}
        type="button"
        className={label ? 'link-button help-button' : 'icon-button help-button'}
        aria-label={label ? undefined : 'Help and settings'}
        title={label ? undefined : 'Help and settings'}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        popoverTarget={id}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          menu.current?.showPopover({ source: event.currentTarget })
          if (event.key === 'ArrowUp') entries().at(-1)?.focus()
        }}
      >
        {label ? 'Help and settings' : <Icon name="help" />}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label="Help and settings"
        className="help-menu"
        onToggle={(event) => {
          const now = event.newState === 'open'
          setOpen(now)
          if (now && !event.currentTarget.contains(document.activeElement)) entries()[0]?.focus()
        }}
        onKeyDown={onKeyDown}
      >
        {items.map(entry)}
        {developer ? (
          <>
            <hr />
            {developerItems.map(entry)}
          </>
        ) : null}
      </div>
    </>
  )
}
