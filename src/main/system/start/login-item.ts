import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Settings } from '../../../contract/settings.ts'
import { hiddenSwitch } from './arguments.ts'

export interface LoginItem {
  readonly openAtLogin: boolean
  readonly args: readonly string[]
}

export const loginItem = ({
  startAtLogin,
  startMinimized,
}: Pick<Settings, 'startAtLogin' | 'startMinimized'>): LoginItem => ({
  openAtLogin: startAtLogin,
  args: startAtLogin && startMinimized ? [hiddenSwitch] : [],
})

/** One argument of a desktop entry's `Exec`, quoted by the Desktop Entry Specification: its rules and those of its strings. */
function quoted(argument: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(argument)) return argument.replaceAll('%', '%%')
  const inner = argument.replaceAll(/["`$\\]/g, (found) => `\\${found}`).replaceAll('%', '%%')
  return `"${inner}"`.replaceAll('\\', '\\\\')
}

const line = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ')

/** A desktop entry of the XDG Autostart Specification. */
export function autostartEntry(facts: {
  readonly name: string
  readonly appId: string
  readonly program: string
  readonly args: readonly string[]
}): string {
  const exec = [facts.program, ...facts.args].map(quoted).join(' ')
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${line(facts.name)}`,
    `Exec=${line(exec)}`,
    'Terminal=false',
    'StartupNotify=false',
    `StartupWMClass=${line(facts.appId)}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

export const autostartFile = (configHome: string, appId: string): string =>
  join(configHome, 'autostart', `${appId}.desktop`)

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** The user, or a tool of the desktop, switched the entry off without taking it away. */
const isSwitchedOff = (entry: string): boolean =>
  /^\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(entry)

/**
 * Makes the file what it should be; null: there should be none. Whole or not at all, and untouched when it is right already, or when it
 * was switched off outside of the app and nobody in the app has just decided otherwise. Throws what the file system says.
 */
export function writeAutostart(
  path: string,
  entry: string | null,
  decided: boolean,
): 'kept' | 'switched-off' | 'written' | 'removed' {
  const now = read(path)
  if (now === entry) return 'kept'
  if (now !== null && entry !== null && !decided && isSwitchedOff(now)) return 'switched-off'
  if (entry === null) {
    rmSync(path, { force: true })
    return 'removed'
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const next = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(next, entry, { mode: 0o644 })
    renameSync(next, path)
  } catch (thrown) {
    rmSync(next, { force: true })
    throw thrown
  }
  return 'written'
}
