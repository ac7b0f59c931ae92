import { systemOf } from '../shortcut-list.ts'

/** What of a key event says which keys are down. */
export type KeyFacts = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'> & {
  /** AltGr is down: what is typed is a character. */
  readonly altGraph: boolean
}

/**
 * `no-modifier`: would take a key away from typing. `alt-gr`: the keys type a character on many keyboards. `common`: other programs
 * use it all the time. `system`: belongs to the operating system. `screen-reader`: belongs to screen readers. `key`: no such shortcut exists.
 */
export type Refusal = 'no-modifier' | 'alt-gr' | 'common' | 'system' | 'screen-reader' | 'too-many' | 'key'

export type Recorded =
  { kind: 'accelerator'; accelerator: string } | { kind: 'refused'; why: Refusal } | { kind: 'incomplete' }

const modifierKeys = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'OS', 'Fn', 'FnLock', 'Hyper', 'Super'])
const named: Readonly<Record<string, string>> = {
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  Enter: 'Return',
  Tab: 'Tab',
  Delete: 'Delete',
  Backspace: 'Backspace',
  Escape: 'Escape',
}

/** The key as Electron names it, and whether it types a character. Letters by what is on the key here, digits by where it is. */
function keyOf({ key, code }: KeyFacts): { name: string; types: boolean } | null {
  if (code === 'Space') return { name: 'Space', types: false }
  const digit = /^Digit(\d)$/.exec(code)?.[1]
  if (digit !== undefined) return { name: digit, types: true }
  if (/^[a-z]$/i.test(key)) return { name: key.toUpperCase(), types: true }
  if (/^[-=[\];',./\\`]$/.test(key) && !code.startsWith('Numpad')) return { name: key, types: true }
  if (/^F([1-9]|1\d|2[0-4])$/.test(key)) return { name: key, types: false }
  if (named[key] !== undefined) return { name: named[key], types: false }
  // A letter of another script, or what Option makes of it: the place of the key says which Latin letter is meant.
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  return letter !== undefined && /^.$/u.test(key) ? { name: letter, types: true } : null
}

const taken = {
  mac: ['Command+Space', 'Command+Tab', 'Alt+Command+Escape', 'Shift+Command+3', 'Shift+Command+4', 'Shift+Command+5'],
  windows: ['Alt+Space', 'Alt+Tab', 'Alt+F4', 'Alt+Escape', 'Control+Escape', 'Control+Shift+Escape'],
  linux: ['Alt+Space', 'Alt+Tab', 'Alt+F4', 'Alt+Escape', 'Control+Shift+U'],
} as const
/** Copy and paste in terminals, redo, paste without formatting. */
const everywhere = /^(Shift\+Command|Control\+Shift)\+[CVZ]$/

/**
 * The keys that are down as an Electron accelerator, or why they would make a bad shortcut for the whole computer. `platform` as
 * Node names it.
 */
export function acceleratorOf(facts: KeyFacts, platform: string): Recorded {
  const refuse = (why: Refusal): Recorded => ({ kind: 'refused', why })
  const system = systemOf(platform)
  const mac = system === 'mac'
  const { key, ctrlKey: control, altKey: alt, shiftKey: shift, metaKey: meta, altGraph } = facts
  if (modifierKeys.has(key)) return { kind: 'incomplete' }
  if (['Insert', 'CapsLock', 'NumLock', 'ScrollLock'].includes(key)) return refuse('screen-reader')
  const found = keyOf(facts)
  if (found === null) return refuse('key')
  if (!control && !alt && !meta) return refuse('no-modifier')
  if (altGraph && !mac) return refuse('alt-gr')
  if (control && alt) {
    if (mac) return refuse('screen-reader')
    if (found.types) return refuse('alt-gr')
    if (found.name === 'Delete') return refuse('system')
  }
  const modifiers = [
    ...(control ? ['Control'] : []),
    ...(alt ? ['Alt'] : []),
    ...(shift ? ['Shift'] : []),
    ...(meta ? [mac ? 'Command' : 'Super'] : []),
  ]
  if (modifiers.length > 3) return refuse('too-many')
  const accelerator = [...modifiers, found.name].join('+')
  if ((taken[system] as readonly string[]).includes(accelerator)) return refuse('system')
  if (everywhere.test(accelerator)) return refuse('common')
  // Edit and menu keys of every program; with Option alone, characters.
  const only = modifiers.filter((name) => name !== 'Shift').join()
  const free = found.name === 'Space' || /^F\d/.test(found.name)
  if (only === 'Alt' && !free) return refuse(mac && found.types ? 'alt-gr' : 'common')
  if ((only === 'Control' || only === 'Command') && !shift && !free) return refuse('common')
  return { kind: 'accelerator', accelerator }
}
