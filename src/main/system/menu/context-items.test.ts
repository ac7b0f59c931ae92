import { describe, expect, test } from 'vitest'
import { contextItems } from './context-items.ts'
import type { ContextTarget } from './context-items.ts'

const nothing: ContextTarget = {
  isEditable: false,
  selectionText: '',
  misspelledWord: '',
  dictionarySuggestions: [],
  linkURL: '',
  mediaType: 'none',
  hasImageContents: false,
  srcURL: '',
  editFlags: { canCut: false, canCopy: false, canPaste: false, canSelectAll: true },
}
const field: Partial<ContextTarget> = {
  isEditable: true,
  editFlags: { canCut: true, canCopy: true, canPaste: true, canSelectAll: true },
}
const facts = {
  canOpen: (url: string) => /^(https:|mailto:)/i.test(url),
  fileIdOf: (url: string) => /^app:\/\/bundle\/image\/(.+)$/.exec(url)?.[1] ?? null,
}
const items = (patch: Partial<ContextTarget>, system: 'mac' | 'windows' | 'linux' = 'linux') =>
  contextItems({ ...nothing, ...patch }, { system, ...facts })
const labels = (patch: Partial<ContextTarget>, system?: 'mac'): (string | undefined)[] =>
  items(patch, system).map(({ label, type }) => (type === 'separator' ? '—' : label))
const act = (patch: Partial<ContextTarget>, label: string) => items(patch).find((item) => item.label === label)?.act

test('nothing where nothing applies', () => {
  expect(items({})).toEqual([])
  expect(items({ selectionText: ' \n ' })).toEqual([])
  expect(items({ misspelledWord: 'teh', dictionarySuggestions: ['the'] })).toEqual([])
})

test('a selection can be copied', () => {
  const selected = { selectionText: 'words', editFlags: { ...nothing.editFlags, canCopy: true } }
  expect(items(selected)).toEqual([{ role: 'copy', label: '&Copy', enabled: true }])
})

describe('a text field', () => {
  test('has the clipboard, greyed where it cannot be used', () => {
    expect(labels(field)).toEqual(['Cu&t', '&Copy', '&Paste', 'Paste as p&lain text', '—', 'Select &all'])
    const empty = items({ isEditable: true }).map(({ role, enabled }) => [role, enabled])
    expect(empty).toEqual([
      ['cut', false],
      ['copy', false],
      ['paste', false],
      ['pasteAndMatchStyle', false],
      [undefined, undefined],
      ['selectAll', true],
    ])
  })

  test('has suggestions for the word, which can be learned', () => {
    const wrong = { ...field, misspelledWord: 'R&D', dictionarySuggestions: ['R&D.', 'red'] }
    expect(labels(wrong).slice(0, 4)).toEqual(['R&&D.', 'red', 'Add to dictionary', '—'])
    expect(act(wrong, 'R&&D.')).toEqual({ do: 'replace', word: 'R&D.' })
    expect(act(wrong, 'Add to dictionary')).toEqual({ do: 'learn', word: 'R&D' })
  })

  test('says so when there is no suggestion', () => {
    const wrong = { ...field, misspelledWord: 'xqz' }
    expect(items(wrong)[0]).toEqual({ label: 'No suggestions', enabled: false })
    expect(act(wrong, 'Add to dictionary')).toEqual({ do: 'learn', word: 'xqz' })
  })

  test('in the words of macOS', () => {
    expect(labels({ ...field, misspelledWord: 'teh' }, 'mac')).toEqual([
      'No Suggestions',
      'Learn Spelling',
      '—',
      'Cut',
      'Copy',
      'Paste',
      'Paste and Match Style',
      '—',
      'Select All',
    ])
  })
})

describe('a link', () => {
  const linkURL = 'https://example.com/?a=1&b=2'
  test('is opened and copied as it is', () => {
    expect(labels({ linkURL })).toEqual(['Open link', 'Copy link address'])
    expect(act({ linkURL }, 'Open link')).toEqual({ do: 'open-link', url: linkURL })
    expect(act({ linkURL }, 'Copy link address')).toEqual({ do: 'copy-text', text: linkURL })
  })

  test('to a mailbox gives its address alone', () => {
    const mail = { linkURL: 'MAILTO:a%2Bb@example.com?subject=x' }
    expect(labels(mail)).toEqual(['Write an email', 'Copy email address'])
    expect(act(mail, 'Copy email address')).toEqual({ do: 'copy-text', text: 'a+b@example.com' })
    expect(act({ linkURL: 'mailto:%ff' }, 'Copy email address')).toEqual({ do: 'copy-text', text: '%ff' })
  })

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'app://bundle/index.html', 'ms-msdt:x'])(
    '%s is none',
    (url) => expect(items({ linkURL: url })).toEqual([]),
  )

  test('inside of a selection both apply', () => {
    expect(labels({ linkURL, selectionText: 'words' })).toEqual(['Open link', 'Copy link address', '—', '&Copy'])
  })
})

describe('an image', () => {
  const image = { mediaType: 'image', hasImageContents: true, srcURL: 'app://bundle/image/f1' }
  test('is copied and saved', () => {
    expect(labels(image)).toEqual(['Copy image', 'Save image…'])
    expect(act(image, 'Save image…')).toEqual({ do: 'save-image', fileId: 'f1' })
  })
  test('that is only in the window can be copied', () =>
    expect(labels({ ...image, srcURL: 'blob:app://bundle/1' })).toEqual(['Copy image']))
  test('that did not load is none', () => expect(items({ ...image, hasImageContents: false })).toEqual([]))
})
