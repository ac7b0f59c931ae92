import type { AttachmentLimits } from '../../contract/chat.ts'
import { Fault } from '../fault.ts'
import type { Http } from '../http/http.ts'
import { parseJson, refused } from '../http/http.ts'
import { isRecord } from './errors.ts'
import type { Authorizer, LibreChat } from './librechat.ts'
import { multipart } from './multipart.ts'
import { refusal } from './request.ts'
import type { Requester } from './request.ts'
import { toFile } from './wire.ts'

const mebibyte = 1024 * 1024
/** LibreChat's defaults where the server's file config is silent; sizes on the wire are in MB. */
const defaults = { fileLimit: 10, fileSizeLimit: 512, totalSizeLimit: 512 }
/** Our own upper bound for one image, whatever the server would take. */
const imageLimit = 20 * mebibyte
const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const
/** Milliseconds for a whole upload. */
const uploadTimeout = 10 * 60_000

const number = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && value >= 0 ? value : otherwise

function accepts(patterns: unknown, type: string): boolean {
  if (!Array.isArray(patterns)) return true
  return patterns.some((pattern) => {
    try {
      return typeof pattern === 'string' && new RegExp(pattern).test(type)
    } catch {
      return false
    }
  })
}

export function createFiles(requester: Requester, http: Http, authorizer: Authorizer): LibreChat['files'] {
  return {
    async limits(target, signal): Promise<AttachmentLimits> {
      const answer = await requester.answer({ method: 'GET', path: '/api/files/config', signal })
      if (answer.status !== 200) throw new Fault(refusal(answer, parseJson(answer)))
      const body = parseJson(answer)
      const config = isRecord(body) ? body : {}
      const endpoints = isRecord(config['endpoints']) ? config['endpoints'] : {}
      const names = [target.endpoint, ...(target.endpointType === 'custom' ? ['custom'] : []), 'agents', 'default']
      const own = names.map((name) => endpoints[name]).find(isRecord) ?? {}
      const serverLimit = number(config['serverFileSizeLimit'], defaults.fileSizeLimit) * mebibyte
      return {
        enabled: own['disabled'] !== true,
        maxFiles: number(own['fileLimit'], defaults.fileLimit),
        maxFileBytes: Math.min(
          number(own['fileSizeLimit'], defaults.fileSizeLimit) * mebibyte,
          serverLimit,
          imageLimit,
        ),
        maxTotalBytes: number(own['totalSizeLimit'], defaults.totalSizeLimit) * mebibyte,
        imageTypes: imageTypes.filter((type) => accepts(own['supportedMimeTypes'], type)),
      }
    },
    async upload(image, onProgress, signal) {
      // The server's upload filter sees only the fields before the file: the order matters.
      const body = multipart([
        { name: 'endpoint', value: image.target.endpoint },
        { name: 'endpointType', value: image.target.endpointType ?? '' },
        { name: 'file', filename: encodeURIComponent(image.name), type: image.type, bytes: image.bytes },
        { name: 'file_id', value: image.id },
        { name: 'width', value: String(image.width) },
        { name: 'height', value: String(image.height) },
        { name: 'message_file', value: 'true' },
        ...(image.target.agentId === null ? [] : [{ name: 'agent_id', value: image.target.agentId }]),
      ])
      const once = { stream: body.stream, length: body.length, type: body.type }
      const answer = await requester.answer({
        method: 'POST',
        path: '/api/files/images',
        body: once,
        timeout: uploadTimeout,
        signal,
        onUpload: (sent) => onProgress(Math.min(sent, image.bytes.length)),
      })
      const json = parseJson(answer)
      if (answer.status === 415)
        throw refused(answer, { code: 'file-rejected', reason: 'not-accepted-here', limit: null })
      if (answer.status === 413) throw refused(answer, { code: 'file-rejected', reason: 'too-large', limit: null })
      if (answer.status === 500 && !/^\s*</.test(answer.body.toString('utf8', 0, 20)))
        throw refused(answer, { code: 'file-rejected', reason: 'refused-by-server', limit: null })
      if (answer.status !== 200) throw new Fault(refusal(answer, json))
      if (json === undefined && answer.body.includes('Illegal request'))
        throw refused(answer, { code: 'banned', until: null })
      const file = toFile(json)
      if (file === null) throw new Fault({ code: 'unexpected-answer', server: 'librechat' })
      return { ...file, name: image.name }
    },
    async remove(file, signal) {
      const json = { files: [{ file_id: file.id, filepath: file.path, source: 'local', embedded: false }] }
      await requester.json({ method: 'DELETE', path: '/api/files', json, signal })
    },
    async image(path, signal) {
      // An absolute address is object storage somewhere else: it gets neither bearer nor cookie, and is not fetched here.
      if (!path.startsWith('/') || path.startsWith('//')) return null
      const get = async (): Promise<Awaited<ReturnType<Http['send']>>> => {
        const refresh = authorizer.refreshCookie()
        const headers = {
          accept: 'image/*',
          ...(refresh === null ? {} : { cookie: `refreshToken=${refresh}; token_provider=librechat` }),
        }
        return await http.send({
          method: 'GET',
          path: encodeURI(decodeURI(path)),
          headers,
          limit: 64 * mebibyte,
          signal,
        })
      }
      let answer = await get()
      if (answer.status === 401 || answer.status === 403) {
        await authorizer.renew(await authorizer.accessToken(signal), signal)
        answer = await get()
      }
      const type = String(answer.headers['content-type'] ?? '')
        .split(';')[0]!
        .trim()
      if (answer.status !== 200 || !type.startsWith('image/') || type.includes('svg')) return null
      return { type, bytes: answer.body }
    },
  }
}
