import { join } from 'node:path'
import { app, dialog } from 'electron'
import type { BrowserWindow } from 'electron'
import type { SupportBundle } from '../../contract/support.ts'
import type { App } from '../app.ts'
import { Fault, isFault } from '../fault.ts'
import type { Log } from '../host.ts'
import { fileName, imageName } from '../system/file-name.ts'
import { saveWhole } from '../system/write-whole.ts'

/** Asks where to; null: the user thought better of it. The file gets the ending of its name when the user leaves it out. */
async function askWhere(window: BrowserWindow | null, name: string, what: string): Promise<string | null> {
  const extension = name.slice(name.lastIndexOf('.') + 1)
  const options = {
    defaultPath: join(app.getPath('downloads'), name),
    filters: [{ name: what, extensions: [extension] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'] as ('createDirectory' | 'showOverwriteConfirmation')[],
  }
  const { canceled, filePath } = await (window === null
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(window, options))
  return canceled || filePath === '' ? null : filePath
}

/** The page as it prints, as a PDF where the user says. Fault not-saved. */
export async function savePdf(window: BrowserWindow, title: string): Promise<'saved' | 'cancelled'> {
  const path = await askWhere(window, fileName(title, 'Conversation', 'pdf'), 'PDF')
  if (path === null) return 'cancelled'
  const pdf = await window.webContents
    .printToPDF({ preferCSSPageSize: true, printBackground: true, generateTaggedPDF: true })
    .catch((thrown: unknown) => {
      throw new Fault({ code: 'not-saved', reason: 'failed' }, thrown)
    })
  await saveWhole(path, pdf)
  return 'saved'
}

/** An image of a conversation, as the server has it, where the user says. What goes wrong is told in a box. Never rejects. */
export async function saveImage(
  window: BrowserWindow,
  { fileId, name, hosted, log }: { fileId: string; name: string; hosted: Pick<App, 'image'>; log: Log },
): Promise<void> {
  try {
    const image = await hosted.image(fileId)
    if (image === null) throw new Fault({ code: 'not-found' })
    const path = await askWhere(window, imageName(name, image.type), 'Image')
    if (path !== null) await saveWhole(path, image.bytes)
  } catch (thrown) {
    const code = isFault(thrown) ? thrown.error.code : 'internal'
    log({ level: 'warn', event: 'window.image-not-saved', fields: { code } })
    if (window.isDestroyed()) return
    const detail =
      code === 'not-saved' ? 'There may be no room there, or it may not be written to.' : 'It could not be loaded.'
    await dialog.showMessageBox(window, { type: 'error', message: 'The image was not saved.', detail })
  }
}

/** The support bundle where the user says, without any window of the app's. Fault not-saved. */
export async function saveBundle(hosted: Pick<App, 'dispatch'>): Promise<void> {
  const bundle = await hosted.dispatch('support.bundle', undefined)
  if (!bundle.ok) throw new Fault(bundle.error)
  const { fileName: name, lines } = bundle.value as SupportBundle
  const path = await askWhere(null, name, 'Support bundle')
  if (path !== null) await saveWhole(path, Buffer.from(lines.join('\n')))
}
