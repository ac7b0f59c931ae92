import { app } from 'electron'
import type { Session } from 'electron'
import type { App } from '../app.ts'
import type { Log } from '../host.ts'
import { desktopSystem } from '../system/menu/menu-entry.ts'
import { spellingOf } from '../system/menu/spelling.ts'

/** Spelling is checked as the settings say. To be called before the first window, so that no dictionary is fetched unasked. */
export function followSpelling(session: Session, hosted: Pick<App, 'settings' | 'subscribe'>, log: Log): () => void {
  let applied = ''
  const apply = (): void => {
    const { enabled, languages, dictionaries } = spellingOf({
      system: desktopSystem(process.platform),
      settings: hosted.settings.get(),
      preferred: app.getPreferredSystemLanguages(),
      available: session.availableSpellCheckerLanguages,
    })
    const next = JSON.stringify([enabled, languages, dictionaries])
    if (next === applied) return
    applied = next
    if (dictionaries !== null) session.setSpellCheckerDictionaryDownloadURL(dictionaries)
    // Setting languages switches checking on or off by their number.
    if (languages !== null) session.setSpellCheckerLanguages([...languages])
    session.setSpellCheckerEnabled(enabled)
  }
  session.on('spellcheck-dictionary-download-failure', (_event, language) =>
    log({ level: 'info', event: 'spelling.no-dictionary', fields: { language } }),
  )
  apply()
  return hosted.subscribe(({ name }) => {
    if (name === 'settings.changed') apply()
  })
}
