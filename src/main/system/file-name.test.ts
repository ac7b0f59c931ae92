import { expect, test } from 'vitest'
import { fileName, imageName } from './file-name.ts'

const pdf = (wanted: string): string => fileName(wanted, 'Conversation', 'pdf')

test.each([
  ['Roof in the south-west', 'Roof in the south-west.pdf'],
  ['  a\n\tb  ', 'a b.pdf'],
  ['../../etc/passwd', 'etc passwd.pdf'],
  ['C:\\Windows\\win.ini', 'C Windows win.ini.pdf'],
  ['what? "this": <that>|*', 'what this that.pdf'],
  ['invoice\u202Efdp.exe', 'invoice fdp.exe.pdf'],
  ['a\u200B\u2066b\u0000c', 'a b c.pdf'],
  ['', 'Conversation.pdf'],
  ['...', 'Conversation.pdf'],
  [' . . ', 'Conversation.pdf'],
  ['.bashrc', 'bashrc.pdf'],
  ['ends with a dot. . ', 'ends with a dot.pdf'],
  ['CON', 'Conversation.pdf'],
  ['nul.txt', 'Conversation.pdf'],
  ['COM¹', 'Conversation.pdf'],
  ['Com port', 'Com port.pdf'],
  ['Größe – 漢字 🏠', 'Größe – 漢字 🏠.pdf'],
])('%j', (wanted, name) => expect(pdf(wanted)).toBe(name))

test('a long one is cut at a whole letter', () => {
  const long = pdf(`${'ä'.repeat(59)}🏠🏠`)
  expect(long).toBe(`${'ä'.repeat(59)}.pdf`)
  expect(Buffer.byteLength(pdf('漢'.repeat(5000)))).toBeLessThanOrEqual(124)
})

test('an image has the ending of what it is', () => {
  expect(imageName('photo.HEIC.JPG', 'image/jpeg')).toBe('photo.HEIC.jpg')
  expect(imageName('photo.png', 'image/webp')).toBe('photo.webp')
  expect(imageName('', 'image/png')).toBe('Image.png')
  expect(imageName('x', 'application/x-msdownload')).toBe('x.bin')
})
