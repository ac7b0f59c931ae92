import { grouped } from './menu-entry.ts'
import type { DesktopSystem, MenuEntry } from './menu-entry.ts'

/** What was clicked on, or where the caret is; the part of Electron's `context-menu` event that decides. */
export interface ContextTarget {
  readonly isEditable: boolean
  readonly selectionText: string
  readonly misspelledWord: string
  readonly dictionarySuggestions: readonly string[]
  /** Empty: no link. */
  readonly linkURL: string
  readonly mediaType: string
  readonly hasImageContents: boolean
  readonly srcURL: string
  readonly editFlags: {
    readonly canCut: boolean
    readonly canCopy: boolean
    readonly canPaste: boolean
    readonly canSelectAll: boolean
  }
}

export type ContextAct =
  | { readonly do: 'replace'; readonly word: string }
  | { readonly do: 'learn'; readonly word: string }
  | { readonly do: 'open-link'; readonly url: string }
  | { readonly do: 'copy-text'; readonly text: string }
  | { readonly do: 'copy-image' }
  | { readonly do: 'save-image'; readonly fileId: string }

interface Facts {
  readonly system: DesktopSystem
  /** Whether the app's one gate for links would let this one out. */
  readonly canOpen: (url: string) => boolean
  /** The id of a file that the app serves to its window under `url`, or null. */
  readonly fileIdOf: (url: string) => string | null
}

type Entry = MenuEntry<ContextAct>

/** `mailto:a@b.c?subject=x` → `a@b.c`. */
const mailAddress = (url: string): string => {
  const address = url.slice('mailto:'.length).split('?')[0] ?? ''
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}

/** A label is plain text: an ampersand in it is no mnemonic. */
const literal = (text: string): string => text.replaceAll('&', '&&')

/** The context menu for what is under the pointer or the caret: no entry where nothing applies. */
export function contextItems(target: ContextTarget, { system, canOpen, fileIdOf }: Facts): Entry[] {
  const mac = system === 'mac'
  const say = (onMac: string, elsewhere: string): { label: string } => ({ label: mac ? onMac : elsewhere })
  const { canCut, canCopy, canPaste, canSelectAll } = target.editFlags

  const { linkURL } = target
  const mail = /^mailto:/i.test(linkURL)
  const link: Entry[] = canOpen(linkURL)
    ? [
        {
          ...(mail ? say('Write an Email', 'Write an email') : say('Open Link', 'Open link')),
          act: { do: 'open-link', url: linkURL },
        },
        {
          ...(mail ? say('Copy Email Address', 'Copy email address') : say('Copy Link Address', 'Copy link address')),
          act: { do: 'copy-text', text: mail ? mailAddress(linkURL) : linkURL },
        },
      ]
    : []

  const fileId = fileIdOf(target.srcURL)
  const image: Entry[] =
    target.mediaType === 'image' && target.hasImageContents
      ? [
          { ...say('Copy Image', 'Copy image'), act: { do: 'copy-image' } },
          ...(fileId === null
            ? []
            : [{ ...say('Save Image…', 'Save image…'), act: { do: 'save-image', fileId } } satisfies Entry]),
        ]
      : []

  const { misspelledWord, dictionarySuggestions } = target
  const suggestions: Entry[] = dictionarySuggestions.map((word) => ({
    label: literal(word),
    act: { do: 'replace', word },
  }))
  const spelling: Entry[] =
    target.isEditable && misspelledWord !== ''
      ? [
          ...(suggestions.length > 0 ? suggestions : [{ ...say('No Suggestions', 'No suggestions'), enabled: false }]),
          { ...say('Learn Spelling', 'Add to dictionary'), act: { do: 'learn', word: misspelledWord } },
        ]
      : []

  const editing: Entry[] = [
    { role: 'cut', ...say('Cut', 'Cu&t'), enabled: canCut },
    { role: 'copy', ...say('Copy', '&Copy'), enabled: canCopy },
    { role: 'paste', ...say('Paste', '&Paste'), enabled: canPaste },
    { role: 'pasteAndMatchStyle', ...say('Paste and Match Style', 'Paste as p&lain text'), enabled: canPaste },
  ]
  const all: Entry[] = [{ role: 'selectAll', ...say('Select All', 'Select &all'), enabled: canSelectAll }]
  const selected: Entry[] =
    target.selectionText.trim() === '' ? [] : [{ role: 'copy', ...say('Copy', '&Copy'), enabled: canCopy }]

  return grouped(target.isEditable ? [spelling, link, image, editing, all] : [link, image, selected])
}
