import type { ReactElement, ReactNode } from 'react'
import { DetailedLogNotice } from '../panels/detailed-log.tsx'
import { HelpMenu } from '../sidebar/help-menu.tsx'
import { Mark } from '../ui/icon.tsx'

interface Props {
  readonly title: string
  readonly lead?: ReactNode
  readonly wide?: boolean
  readonly children: ReactNode
}

/** What every screen outside of the chat stands in. */
export const Card = ({ title, lead, wide = false, children }: Props): ReactElement => (
  <main className="screen">
    <section className={wide ? 'card wide' : 'card'} aria-label={title}>
      <header>
        <Mark />
        <h1>{title}</h1>
        {lead === undefined ? null : <p>{lead}</p>}
      </header>
      {children}
      <DetailedLogNotice />
      <div className="card-help">
        <HelpMenu label />
      </div>
    </section>
  </main>
)
