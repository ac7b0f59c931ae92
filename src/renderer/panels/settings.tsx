import { useEffect, useId, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useAppInfo } from '../stores/app-info.ts'
import { useStores, useView } from '../stores/context.ts'
import { Panel } from './panel.tsx'
import { findSettings, settingSections } from './settings/setting-rows.ts'
import type { SectionId } from './settings/setting-rows.ts'
import { SettingsSection } from './settings/section.tsx'
import './settings.css'
import './settings/controls.css'

const headingOf = (id: SectionId): HTMLElement | null => document.getElementById(`settings-${id}`)

function go(id: SectionId): void {
  const heading = headingOf(id)
  heading?.scrollIntoView({ block: 'start' })
  heading?.focus({ preventScroll: true })
}

/** All that can be set or read, in sections; saved at once. */
export function SettingsPanel(): ReactElement {
  const { settings, quickShortcut } = useStores()
  const info = useAppInfo()
  const searchId = useId()
  const search = useRef<HTMLInputElement>(null)
  const [query, setQuery] = useState('')
  const [at, setAt] = useState<SectionId | null>(null)
  const quick = useView(
    (s) => s.quickShortcut,
    (view) => view.state,
  )
  const asked = useView(
    (s) => s.panels,
    (view) => view.section,
  )

  useEffect(() => {
    void settings.loadOrigins()
    void quickShortcut.load()
    return settings.forgetErrors
  }, [settings, quickShortcut])
  useEffect(() => {
    if (asked === null) search.current?.focus()
    // What it was opened at must be there to be seen.
    else setQuery('')
  }, [asked, info])

  if (info === null) return <Panel title="Settings">{null}</Panel>
  const hasQuick = info.host === 'electron' || (quick !== null && quick.registration !== 'unsupported')
  const sections = settingSections({ ...info, quick: hasQuick })
  const found = findSettings(sections, query)
  const here = at ?? found[0]?.id
  const count = found.reduce((sum, { rows }) => sum + rows.length, 0)

  const follow = (scroller: HTMLElement): void => {
    const top = scroller.getBoundingClientRect().top + 48
    const end = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2
    const passed = found.filter(({ id }) => (headingOf(id)?.getBoundingClientRect().top ?? Infinity) <= top)
    setAt((end ? found.at(-1) : passed.at(-1))?.id ?? null)
  }

  return (
    <Panel title="Settings">
      <div className="settings">
        <div className="settings-side">
          <label className="visually-hidden" htmlFor={searchId}>
            Search settings
          </label>
          <input
            ref={search}
            id={searchId}
            type="search"
            placeholder="Search settings"
            autoComplete="off"
            spellCheck={false}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              // Escape empties the field first, and closes the panel when there is nothing to empty.
              if (event.key !== 'Escape' || query === '') return
              event.preventDefault()
              setQuery('')
            }}
          />
          <nav aria-label="Sections of the settings">
            <ul>
              {found.map(({ id, title }) => (
                <li key={id}>
                  <button type="button" aria-current={id === here ? 'true' : undefined} onClick={() => go(id)}>
                    {title}
                  </button>
                </li>
              ))}
            </ul>
            <select
              aria-label="Section"
              value={here ?? ''}
              disabled={found.length === 0}
              onChange={(event) => go(event.target.value as SectionId)}
            >
              {found.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </nav>
        </div>
        <div className="settings-list" onScroll={(event) => follow(event.currentTarget)}>
          <p role="status" className={found.length === 0 ? 'muted' : 'visually-hidden'}>
            {query.trim() === ''
              ? ''
              : found.length === 0
                ? `No setting has “${query.trim()}” in its name or description.`
                : `${count} ${count === 1 ? 'setting' : 'settings'} found`}
          </p>
          {found.map((section) => (
            <SettingsSection key={section.id} section={section} platform={info.platform} />
          ))}
        </div>
      </div>
    </Panel>
  )
}
