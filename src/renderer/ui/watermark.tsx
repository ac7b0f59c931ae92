import type { ReactElement } from 'react'
import { useAppInfo } from '../stores/app-info.ts'
import './watermark.css'

/** Says on every screen that this is no build for everyday use. It is never in anybody's way: presses go through it. */
export function Watermark(): ReactElement | null {
  const info = useAppInfo()
  if (info === null || (info.flavour !== 'debug' && info.replayOf === null)) return null
  return (
    <div className="watermark" role="note">
      <span>{info.replayOf === null ? `Debug build ${info.version}` : `Replay of ${info.replayOf}`}</span>
    </div>
  )
}
