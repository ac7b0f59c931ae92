import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

let run: Launched
beforeAll(async () => {
  await ensureBuilt()
  run = await launch()
  await run.does.opened()
})
afterAll(async () => await run.close())

const nothing = {
  x: 12,
  y: 34,
  frame: null,
  isEditable: false,
  selectionText: '',
  misspelledWord: '',
  dictionarySuggestions: [],
  linkURL: '',
  mediaType: 'none',
  hasImageContents: false,
  srcURL: '',
  altText: '',
  menuSourceType: 'mouse',
  editFlags: { canCut: true, canCopy: true, canPaste: false, canSelectAll: true },
}
const record = async (): ReturnType<Launched['does']['record']> => await run.does.record()
const click = async (patch: object): Promise<unknown> => {
  const before = (await record()).popups.length
  await run.does.contextMenu({ ...nothing, ...patch })
  const { popups } = await record()
  return popups.length === before ? null : popups.at(-1)
}
const calls = async (): Promise<string[]> => (await record()).windows[0]!.calls

test('opens nothing where nothing applies', async () => {
  expect(await click({})).toBeNull()
  expect(await click({ selectionText: 'words' })).toEqual([{ role: 'copy', label: '&Copy', enabled: true }])
})

test('opens at the pointer, or at the caret when it was the keyboard', async () => {
  await click({ isEditable: true })
  expect((await record()).popupPlaces.at(-1)).toEqual({ sourceType: 'mouse' })
  await click({ isEditable: true, menuSourceType: 'keyboard' })
  expect((await record()).popupPlaces.at(-1)).toEqual({ x: 12, y: 34, sourceType: 'keyboard' })
})

test('corrects a word, and learns it in the dictionary that lasts', async () => {
  const wrong = { isEditable: true, misspelledWord: 'teh', dictionarySuggestions: ['the', 'tech'] }
  expect(await click(wrong)).toMatchObject([
    { label: 'the' },
    { label: 'tech' },
    { label: 'Add to dictionary' },
    { type: 'separator' },
    { role: 'cut', enabled: true },
    { role: 'copy' },
    { role: 'paste', enabled: false },
    { role: 'pasteAndMatchStyle' },
    { type: 'separator' },
    { role: 'selectAll' },
  ])
  await run.does.popup('tech')
  expect((await calls()).at(-1)).toBe('replace tech')
  await run.does.popup('Add to dictionary')
  expect((await record()).learned).toEqual(['teh'])
})

describe('a link', () => {
  test('goes through the app’s one gate, and its address onto the clipboard', async () => {
    await click({ linkURL: 'https://example.com/?q=1' })
    await run.does.popup('Copy link address')
    expect((await record()).copied.at(-1)).toBe('https://example.com/?q=1')
    await run.does.popup('Open link')
    // The gate opens one page a second.
    await run.does.popup('Open link')
    await expect.poll(async () => (await record()).opened).toEqual(['https://example.com/?q=1'])
  })

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'https://user:word@example.com/', 'ms-msdt:x'])(
    '%s is not offered',
    async (linkURL) => expect(await click({ linkURL })).toBeNull(),
  )
})

describe('an image', () => {
  const image = { mediaType: 'image', hasImageContents: true, altText: 'Roof.png' }
  test('is copied from where it is', async () => {
    await click({ ...image, srcURL: 'blob:app://bundle/1' })
    expect(await run.does.popup('Save image…')).toBe(false)
    await run.does.popup('Copy image')
    expect((await calls()).at(-1)).toBe('copy image 12,34')
  })

  test('that is no more is told', async () => {
    await click({ ...image, srcURL: 'app://bundle/image/f1' })
    await run.does.popup('Save image…')
    await expect
      .poll(async () => (await record()).boxes)
      .toMatchObject([{ message: 'The image was not saved.', detail: 'It could not be loaded.', parent: true }])
    expect((await record()).saveDialogs).toEqual([])
  })
})

describe('the conversation as a PDF', () => {
  const save = async (title: string): Promise<unknown> => await run.does.invoke('page', 'app.savePdf', { title })
  const path = (): string => join(run.folder, 'roof.pdf')

  test('nothing is written when the user thinks better of it', async () => {
    await run.does.saveTo(null)
    expect(await save('Roof: south/west')).toEqual({ ok: true, value: 'cancelled' })
    expect((await record()).saveDialogs.at(-1)).toMatchObject({
      defaultPath: join(run.folder, 'Downloads', 'Roof south west.pdf'),
      filters: [{ name: 'PDF', extensions: ['pdf'] }],
    })
    expect(await calls()).not.toContain('pdf')
  })

  test('is written as it prints', async () => {
    await run.does.saveTo(path())
    expect(await save('')).toEqual({ ok: true, value: 'saved' })
    expect((await record()).saveDialogs.at(-1)).toMatchObject({
      defaultPath: join(run.folder, 'Downloads', 'Conversation.pdf'),
    })
    expect(await readFile(path(), 'utf8')).toBe(
      '%PDF {"preferCSSPageSize":true,"printBackground":true,"generateTaggedPDF":true}',
    )
  })

  test('what the place does not take is told as a code', async () => {
    await mkdir(join(run.folder, 'folder.pdf'))
    await run.does.saveTo(join(run.folder, 'folder.pdf'))
    expect(await save('')).toEqual({ ok: false, error: { code: 'not-saved', reason: 'refused' } })
  })
})
