import type { UserHandler } from '../account/guard.ts'
import type { Context } from '../context.ts'
import { documentId, isoNow, isUuid, uuid } from '../state/ids.ts'
import type { StoredFile } from '../state/schema.ts'
import { serverLimit, uploadRules } from './config.ts'
import type { Form } from './form.ts'
import { readForm } from './form.ts'
import { converted } from './pixels.ts'

const unknownError = 'An unknown error occurred.'
const busy = { message: 'Too many file upload requests. Try again later' }
const failed = { message: 'Error processing file' }

function decodedName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** The last part of a stored image's path: id, two underscores, and the harmless part of its name. */
function storedName(id: string, filename: string, type: string): string {
  const base = filename.replace(/\.[^.]*$/, '').replace(/[^a-zA-Z0-9.-]/g, '_')
  return `${id}__${base.slice(0, 80)}.${type}`
}

const isNumber = (text: string | undefined): boolean => text !== undefined && Number(text) > 0

/** `POST /api/files/images`: takes the form apart in the server's order, converts, and answers what it has made of it. */
export const uploadImage =
  (context: Context): UserHandler =>
  async (exchange, user) => {
    const { settings, limits, store, images } = context
    const address = limits.uploadByAddress.hit(exchange, exchange.address)
    const own = limits.uploadByUser.hit(exchange, user.id)
    if (address.exceeded || own.exceeded) return exchange.json(429, busy)

    let form: Form
    try {
      form = await readForm(exchange.request, serverLimit(settings.fileConfig))
    } catch {
      if (!exchange.gone.aborted) exchange.text(500, unknownError)
      return
    }
    const { fields, upload, tooLarge } = form
    const seen = upload?.before ?? {}
    const rules = uploadRules(settings.fileConfig, seen['endpoint'] ?? '', seen['endpointType'] ?? '')
    if (upload && !rules.accepts(upload.type)) {
      if (settings.style === 'resumable')
        return exchange.json(415, { message: `Unsupported file type: ${upload.type}` })
      return exchange.text(500, unknownError)
    }
    if (tooLarge) return exchange.text(500, unknownError)

    const { file_id: temporary, width, height } = fields
    const complete = Boolean(seen['endpoint']) && isUuid(temporary) && isNumber(width) && isNumber(height)
    if (!upload || !complete || rules.disabled || !rules.isImage(upload.type) || upload.bytes.length > rules.maxBytes)
      return exchange.json(500, failed)

    const type = settings.imageOutputType
    const image = await converted(upload.bytes, type, seen['endpoint'] === 'anthropic' ? 1568 : 2000)
    if (image === null) return exchange.json(500, failed)

    const id = uuid()
    const filename = decodedName(upload.filename)
    const name = storedName(id, filename, type)
    await images.put(user.id, name, image.bytes)
    const now = isoNow()
    const file: StoredFile = {
      _id: documentId(),
      file_id: id,
      user: user.id,
      filename,
      filepath: `/images/${user.id}/${name}`,
      object: 'file',
      type: `image/${type}`,
      bytes: image.bytes.length,
      width: image.width,
      height: image.height,
      source: 'local',
      context: 'message_attachment',
      embedded: false,
      usage: 0,
      createdAt: now,
      updatedAt: now,
    }
    store.files.set(id, file)
    store.changed()
    exchange.json(200, { message: 'File uploaded and processed successfully', ...file, temp_file_id: temporary })
  }
