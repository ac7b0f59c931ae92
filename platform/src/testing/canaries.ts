import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Sighting {
  readonly canary: string
  readonly encoding: string
  /** Where: what the caller called the text, or the file's path. */
  readonly place: string
}

export interface CanaryScanner {
  scan(place: string, content: string | Buffer): Sighting[]
  /** Every file below the folder. */
  scanFolder(folder: string): Promise<Sighting[]>
}

/** Text that stands in base64 wherever the three possible alignments put it, without what depends on its neighbours. */
function base64Cores(bytes: Buffer, alphabet: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString(alphabet)
      .replaceAll('=', '')
    const first = shift === 0 ? 0 : shift + 1
    const whole = Math.floor(((shift + bytes.length) * 8) / 6)
    return encoded.slice(first, whole)
  })
}

function encodings(secret: string): { encoding: string; bytes: Buffer }[] {
  const bytes = Buffer.from(secret, 'utf8')
  const hex = bytes.toString('hex')
  const json = JSON.stringify(secret).slice(1, -1)
  const texts: [string, string][] = [
    ['plain', secret],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    ['url', encodeURIComponent(secret)],
    ['url lower', encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())],
    ['url all', hex.replaceAll(/../g, (byte) => `%${byte}`)],
    ['url ALL', hex.toUpperCase().replaceAll(/../g, (byte) => `%${byte}`)],
    ['form', new URLSearchParams([['', secret]]).toString().slice(1)],
    ['json', json],
    [
      'json ascii',
      json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ['json twice', JSON.stringify(json).slice(1, -1)],
    ['reversed', Array.from(secret).toReversed().join('')],
    ...base64Cores(bytes, 'base64').map((text, shift): [string, string] => [`base64+${shift}`, text]),
    ...base64Cores(bytes, 'base64url').map((text, shift): [string, string] => [`base64url+${shift}`, text]),
  ]
  return [
    ...texts.map(([encoding, text]) => ({ encoding, bytes: Buffer.from(text, 'utf8') })),
    { encoding: 'utf-16le', bytes: Buffer.from(secret, 'utf16le') },
    { encoding: 'utf-16be', bytes: Buffer.from(secret, 'utf16le').swap16() },
  ]
}

/** Looks for secrets, by name, in every form in which they could have slipped out. */
export function createCanaryScanner(canaries: Readonly<Record<string, string>>): CanaryScanner {
  const forms = Object.entries(canaries).flatMap(([canary, secret]) => {
    if (secret.length < 12) throw new Error(`the canary ${canary} is too short to be told from chance`)
    return encodings(secret).map((form) => ({ canary, ...form }))
  })
  const scan = (place: string, content: string | Buffer): Sighting[] => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
    return forms
      .filter((form) => bytes.includes(form.bytes))
      .map(({ canary, encoding }) => ({ canary, encoding, place }))
  }
  return {
    scan,
    async scanFolder(folder) {
      const entries: Dirent[] = await readdir(folder, { recursive: true, withFileTypes: true })
      const found: Sighting[] = []
      for (const entry of entries.filter((one) => one.isFile())) {
        const file = join(entry.parentPath, entry.name)
        found.push(...scan(file, await readFile(file)))
      }
      return found
    },
  }
}
