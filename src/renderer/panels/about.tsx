import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { channelNames, useAppInfo } from '../stores/app-info.ts'
import { Icon, Mark } from '../ui/icon.tsx'
import { Panel } from './panel.tsx'
import './about.css'

/** Milliseconds that "Copied" is shown. */
const shownFor = 1600

function CopyDetails({ details }: { details: string }): ReactElement {
  const [done, setDone] = useState<'copied' | 'not-copied' | null>(null)
  useEffect(() => {
    if (done === null) return undefined
    const timer = setTimeout(() => setDone(null), shownFor)
    return () => clearTimeout(timer)
  }, [done])
  return (
    <button
      type="button"
      className="button"
      autoFocus
      onClick={() => {
        navigator.clipboard.writeText(details).then(
          () => setDone('copied'),
          () => setDone('not-copied'),
        )
      }}
    >
      <Icon name={done === 'copied' ? 'check' : 'copy'} />
      <span aria-live="polite">{done === null ? 'Copy' : done === 'copied' ? 'Copied' : 'Could not be copied'}</span>
    </button>
  )
}

/** What this program is, in lines that support can be sent. */
export function AboutPanel(): ReactElement {
  const info = useAppInfo()
  return (
    <Panel title="About">
      {info === null ? null : (
        <div className="about">
          <Mark />
          <h3>
            {info.flavour === 'beta' ? info.name.replace(/ Beta$/, '') : info.name}{' '}
            {info.flavour === 'beta' ? <span className="badge">Beta</span> : null}
          </h3>
          <dl>
            <dt>Version</dt>
            <dd>{info.version}</dd>
            <dt>Channel</dt>
            <dd>{channelNames[info.updateChannel]}</dd>
            <dt>Build</dt>
            <dd>{info.build}</dd>
          </dl>
          <p className="muted">{info.details.split('\n').slice(3).join(' · ')}</p>
          <CopyDetails details={info.details} />
          <p className="about-licence muted">
            © 2026 Hestami. Free software under the MIT licence. It is built on Electron, Chromium, Node.js and other
            open-source software; every release comes with a list (SBOM) of all that is in it and the licences.
          </p>
        </div>
      )}
    </Panel>
  )
}
