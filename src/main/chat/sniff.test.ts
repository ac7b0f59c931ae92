import { expect, test } from 'vitest'
import { sniffImage } from './sniff.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

test.each([
  ['\x89PNG\r\n\x1a\nrest', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['RIFF\x00\x00\x00\x00WEBPVP8 ', 'image/webp'],
  ['GIF89a', 'image/gif'],
  ['GIF87a', 'image/gif'],
])('%j is %s', (head, type) => expect(sniffImage(bytes(head))).toBe(type))

test.each([
  '',
  '\x89PNG',
  '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '%PDF-1.7',
  'RIFF\x00\x00\x00\x00WAVE',
  'BM',
  'GIF90a',
])('%j is no image that is taken', (head) => expect(sniffImage(bytes(head))).toBe(null))
