import { app } from 'electron'
import { refusalOf, refusedSwitch } from '../system/start/launch-switches.ts'

/** Why this start must not go on, or null. Unpackaged, developers may use every switch. */
export function refusedStart(): string | null {
  if (!app.isPackaged) return null
  const has = (name: string): boolean => app.commandLine.hasSwitch(name)
  const name = refusedSwitch(process.argv.slice(1), has, process.platform)
  return name === null ? null : refusalOf(name)
}
