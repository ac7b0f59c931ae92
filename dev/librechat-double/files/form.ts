import { Busboy } from '@fastify/busboy'
import type { IncomingMessage } from 'node:http'

export interface Upload {
  readonly filename: string
  readonly type: string
  readonly bytes: Buffer
  /** The fields that came before the file: all that the server's filter can see. */
  readonly before: Readonly<Record<string, string>>
}

export interface Form {
  readonly fields: Readonly<Record<string, string>>
  /** The first part with a file; null when there is none. */
  readonly upload: Upload | null
  /** The file was larger than the limit. */
  readonly tooLarge: boolean
}

/** Reads a multipart body. Throws what the parser throws when it is malformed or breaks off. */
export async function readForm(request: IncomingMessage, maxBytes: number): Promise<Form> {
  const fields: Record<string, string> = {}
  let upload: Upload | null = null
  let tooLarge = false
  const parser = new Busboy({
    headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
    limits: { fileSize: maxBytes, files: 1, fields: 50 },
  })
  await new Promise<void>((resolve, reject) => {
    parser.on('field', (name, value) => {
      fields[name] = value
    })
    parser.on('file', (_, stream, filename, __, type) => {
      const before = { ...fields }
      const chunks: Buffer[] = []
      stream.on('limit', () => {
        tooLarge = true
      })
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', reject)
      stream.on('end', () => {
        upload = { filename, type, bytes: Buffer.concat(chunks), before }
      })
    })
    parser.on('finish', resolve)
    parser.on('error', reject)
    request.on('error', reject)
    request.on('close', () => {
      if (!request.complete) reject(new Error('the upload broke off'))
    })
    request.pipe(parser)
  })
  return { fields, upload, tooLarge }
}
