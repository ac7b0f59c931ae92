import type { EndpointFileConfig, FileConfig } from '../options.ts'

const megabyte = 1024 * 1024

/** LibreChat's defaults for what may be uploaded at all, images foremost. */
const defaultTypes = [
  '^image/(jpeg|gif|png|webp|heic|heif|svg|svg\\+xml)$',
  '^text/(plain|markdown|csv|html|css|xml|javascript|typescript)$',
  '^application/(json|pdf|zip|x-tar|epub\\+zip)$',
  '^audio/(mp3|mpeg|wav|m4a|ogg|flac|webm)$',
  '^video/(mp4|webm|quicktime)$',
]
/** What can be sent as an image of a message. */
const imageType = /^image\/(jpeg|gif|png|webp|heic|heif)$/

export interface UploadRules {
  readonly disabled: boolean
  readonly maxBytes: number
  accepts(type: string): boolean
  isImage(type: string): boolean
}

/** The rules for an endpoint: its own, else those of `custom` for a custom one, else of `agents`, else the default's. */
export function uploadRules(config: FileConfig | null, endpoint: string, endpointType: string): UploadRules {
  const all = config?.endpoints ?? {}
  const names = [endpoint, endpointType, ...(endpointType === 'custom' ? ['custom'] : []), 'agents', 'default']
  const own: EndpointFileConfig = names.map((name) => all[name]).find((found) => found !== undefined) ?? {}
  const patterns = (own.supportedMimeTypes ?? defaultTypes).map((pattern) => new RegExp(pattern))
  return {
    disabled: own.disabled === true,
    maxBytes: (own.fileSizeLimit ?? 512) * megabyte,
    accepts: (type) => patterns.some((pattern) => pattern.test(type)),
    isImage: (type) => imageType.test(type),
  }
}

/** Bytes above which nothing is received. */
export const serverLimit = (config: FileConfig | null): number => (config?.serverFileSizeLimit ?? 512) * megabyte
