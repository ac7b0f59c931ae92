import type { Settings } from '../../../contract/settings.ts'
import type { DesktopSystem } from './menu-entry.ts'

/**
 * Where Chromium has its dictionaries from when nobody says otherwise: a server of Google's. Only languages that somebody chose
 * are loaded from there, once each.
 */
const chromiumDictionaries = 'https://redirector.gvt1.com/edgedl/chrome/dict/'
/** A port that Chromium refuses to connect to: what is not there already is not loaded, and nothing leaves the computer. */
const nowhere = 'http://127.0.0.1:9/'

export interface Spelling {
  readonly enabled: boolean
  /** Null: the system's own spell checker finds the language by itself. */
  readonly languages: readonly string[] | null
  /** Where missing dictionaries come from; null where Chromium needs none. */
  readonly dictionaries: string | null
}

/** The entry of `available` for a language as people name it: `de-AT` → `de-AT`, else `de`, else another kind of German; null: none. */
function matching(language: string, available: readonly string[]): string | null {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
  const base = language.split('-')[0] ?? ''
  return (
    available.find((one) => same(one, language)) ??
    available.find((one) => same(one, base)) ??
    available.find((one) => same(one.split('-')[0] ?? '', base)) ??
    null
  )
}

interface Facts {
  readonly system: DesktopSystem
  readonly settings: Pick<Settings, 'spellcheck' | 'spellcheckLanguages'>
  /** The system's languages, the preferred one first. */
  readonly preferred: readonly string[]
  /** What Chromium has dictionaries for. */
  readonly available: readonly string[]
}

/**
 * How spelling is checked. macOS does it itself. Elsewhere no chosen language means the first one of the system, and its dictionary
 * has to be there (Windows has its own); a chosen one may be loaded. Languages that nobody knows are passed over.
 */
export function spellingOf({ system, settings, preferred, available }: Facts): Spelling {
  if (system === 'mac') return { enabled: settings.spellcheck, languages: null, dictionaries: null }
  const known = (languages: readonly string[]): string[] => [
    ...new Set(languages.flatMap((language) => matching(language, available) ?? [])),
  ]
  const chosen = known(settings.spellcheckLanguages)
  const languages = chosen.length > 0 ? chosen : known(preferred).slice(0, 1)
  return {
    enabled: settings.spellcheck && languages.length > 0,
    languages,
    dictionaries: chosen.length > 0 ? chromiumDictionaries : nowhere,
  }
}
