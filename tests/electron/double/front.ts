import { EventEmitter } from 'node:events'
import { options } from './options.ts'
import { record } from './record.ts'

/** The parts of the double that stand for what surrounds a page: screens, boxes, files, sleep, spelling. */

interface Display {
  readonly id: number
  readonly workArea: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}
let displays: readonly Display[] = [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }]
export const screen = Object.assign(new EventEmitter(), {
  getAllDisplays: () => displays,
  getPrimaryDisplay: () => displays[0],
  getDisplayNearestPoint: () => displays[0],
  getCursorScreenPoint: () => ({ x: 0, y: 0 }),
})
/** The screens are these from now on. */
export function changeScreens(next: readonly Display[], event: 'display-removed' | 'display-metrics-changed'): void {
  displays = next
  screen.emit(event, {}, next[0])
}

export const powerSaveBlocker = {
  start: (type: string) => {
    record.awake.push(type)
    return record.awake.length
  },
  stop: (id: number) => void record.awake.push(`stop ${id}`),
}

/** The next answers of `dialog.showMessageBox`; without one, the first button. */
export const answers: number[] = []
/** Boxes that wait for an answer, while `holdBoxes` says so. */
let held: ((response: number) => void)[] | null = null
export const holdBoxes = (on: boolean): void => void (held = on ? [] : null)
export const answerHeld = (response: number): void => held?.shift()?.(response)
/** Where the save dialog says to save; null: cancelled. */
let savesTo: string | null = null
export const saveTo = (path: string | null): void => void (savesTo = path)

export const dialog = {
  showErrorBox: (title: string, content: string) => void record.boxes.push({ title, content }),
  showMessageBox: async (...given: unknown[]) => {
    const { signal, ...box } = given.at(-1) as { signal?: AbortSignal; cancelId?: number }
    record.boxes.push({ ...box, parent: given.length > 1 })
    if (held === null) return await Promise.resolve({ response: answers.shift() ?? 0 })
    return await new Promise<{ response: number }>((resolve) => {
      held?.push((response) => resolve({ response }))
      signal?.addEventListener('abort', () => {
        record.boxes.push('taken away')
        resolve({ response: box.cancelId ?? 0 })
      })
    })
  },
  showSaveDialog: async (...given: unknown[]) => {
    record.saveDialogs.push(given.at(-1))
    return await Promise.resolve({ canceled: savesTo === null, filePath: savesTo ?? '' })
  },
}

/** What a session has for spelling. */
export const spellingOf = (name: string): object =>
  Object.assign(new EventEmitter(), {
    availableSpellCheckerLanguages: options.platform === 'darwin' ? [] : ['de', 'en-GB', 'en-US', 'fr'],
    setSpellCheckerEnabled(on: boolean) {
      record.spelling.push([name, on])
      if (!on) record.spellCheckOff.push(name)
    },
    setSpellCheckerLanguages(languages: string[]) {
      const unknown = languages.find((one) => !['de', 'en-GB', 'en-US', 'fr'].includes(one))
      if (unknown !== undefined) throw new Error(`Invalid language code provided: "${unknown}"`)
      record.spelling.push([name, ...languages])
    },
    setSpellCheckerDictionaryDownloadURL: (url: string) => void record.spelling.push([name, new URL(url).href]),
    // As Electron does: a session in memory takes none.
    addWordToSpellCheckerDictionary: (word: string) => {
      if (name !== '') return false
      record.learned.push(word)
      return true
    },
  })

let themeSource = 'system'
export const nativeTheme = Object.assign(new EventEmitter(), { dark: options.dark })
Object.defineProperties(nativeTheme, {
  shouldUseDarkColors: { get: () => (themeSource === 'system' ? nativeTheme.dark : themeSource === 'dark') },
  themeSource: {
    get: () => themeSource,
    set: (source: string) => {
      record.themeSources.push(source)
      themeSource = source
      nativeTheme.emit('updated')
    },
  },
})

/** What `app` has of it. */
export const frontCalls = {
  getPreferredSystemLanguages: () => ['en-GB', 'de-AT'],
  disableHardwareAcceleration: () => void record.app.push('no hardware acceleration'),
  relaunch: (given: unknown) => void record.app.push(`relaunch ${JSON.stringify(given)}`),
}
