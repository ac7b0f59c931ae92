import { expect, test } from 'vitest'
import { toastXml } from './toast.ts'

const link = 'hestami-chat://open/conversation/abc-1'
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const read = (text: string): string => text.replaceAll(/&(\w+);/g, (_all, name: string) => entities[name] ?? '?')

test.each([
  ['Roof', 'An answer is ready.'],
  ['<b>bold</b> & "quoted" \'too\'', ']]></text><action activationType="protocol" arguments="evil:x"/>'],
  ['&lt; &#60; %', '</text></binding></visual></toast>'],
  ['half \u{d83d}', 'null\0 bell\u{7} \u{fffe} emoji 😀'],
])('opens the link and shows the text as it is: %j', (title, body) => {
  const xml = toastXml({ title, body, link })
  const parts =
    /^<toast activationType="protocol" launch="([^"<]*)"><visual><binding template="ToastGeneric"><text>([^<]*)<\/text><text>([^<]*)<\/text><\/binding><\/visual><\/toast>$/.exec(
      xml,
    )
  const plain = (text: string): string => {
    for (const character of ['\0', '\u{7}', '\u{fffe}']) text = text.replaceAll(character, '')
    return text.toWellFormed()
  }
  expect(parts?.slice(1).map(read)).toEqual([link, plain(title), plain(body)])
  // Every ampersand begins an entity that XML knows.
  expect(xml.match(/&(?!(amp|lt|gt|quot|apos);)/)).toBeNull()
  expect(xml.isWellFormed()).toBe(true)
})
