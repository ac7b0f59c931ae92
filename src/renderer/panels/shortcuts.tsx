import { Fragment } from 'react'
import type { ReactElement } from 'react'
import { useAppInfo } from '../stores/app-info.ts'
import { useView } from '../stores/context.ts'
import { Panel } from './panel.tsx'
import { keyCaps, shortcutGroups } from './shortcut-list.ts'
import './shortcuts.css'

/** The keys of an accelerator as this system writes them, and as they are read out. */
export function Keys({ accelerator, platform }: { accelerator: string; platform: string }): ReactElement {
  const caps = keyCaps(accelerator, platform)
  return (
    <span className="keys">
      <span className="visually-hidden">{caps.map(({ spoken }) => spoken).join(' + ')}</span>
      {caps.map(({ shown }) => (
        <kbd key={shown} aria-hidden="true">
          {shown}
        </kbd>
      ))}
    </span>
  )
}

/** The sheet of all keys that do something here. */
export function ShortcutsPanel(): ReactElement {
  const info = useAppInfo()
  const quickShortcut = useView(
    (s) => s.settings,
    (settings) => settings.quickShortcut,
  )
  return (
    <Panel title="Keyboard shortcuts">
      {info === null ? null : (
        <div className="shortcuts">
          {shortcutGroups({ ...info, quickShortcut }).map(({ title, shortcuts }) => (
            <section key={title} aria-label={title}>
              <h3>{title}</h3>
              <dl>
                {shortcuts.map(({ label, keys }) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>
                      {keys.map((accelerator, index) => (
                        <Fragment key={accelerator}>
                          {index === 0 ? null : <span className="muted"> or </span>}
                          <Keys accelerator={accelerator} platform={info.platform} />
                        </Fragment>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      )}
    </Panel>
  )
}
