import { describe, expect, test } from 'vitest'
import { flavours } from '../../flavour.ts'
import { conversationOf, isLinkable, linkTo } from './deep-link.ts'

const protocol = 'hestami-chat'
const id = '0f9c2f0e-7c1d-4a57-9d57-3f2b1f3f9a10'
const good = `${protocol}://open/conversation/${id}`

test('opens a conversation, with ids of 1 to 64 letters, digits and dashes', () => {
  expect(conversationOf(good, protocol)).toBe(id)
  for (const one of ['a', '-', '7', 'A-b', 'x'.repeat(64)])
    expect(conversationOf(`${protocol}://open/conversation/${one}`, protocol)).toBe(one)
})

test('links that the app makes open what they were made for', () => {
  expect(linkTo(protocol, id)).toBe(good)
  for (const bad of ['', 'a b', 'a/b', '../x', 'x'.repeat(65), 'é', 'new', 'quick']) {
    expect(linkTo(protocol, bad)).toBeNull()
    expect(isLinkable(bad)).toBe(false)
  }
})

test.each(Object.values(flavours))('the $name flavour opens its own links only', ({ protocol: own }) => {
  for (const { protocol: other } of Object.values(flavours))
    expect(conversationOf(`${other}://open/conversation/${id}`, own)).toBe(other === own ? id : null)
})

/** H01 and its kin: nothing of it may reach the window. */
const hostile: Readonly<Record<string, string>> = {
  'a path that climbs': `${protocol}://open/conversation/../../settings`,
  'a path that climbs and comes back': `${protocol}://open/conversation/../conversation/${id}`,
  'a path that climbs, escaped': `${protocol}://open/conversation/%2e%2e%2fsettings`,
  'a dot': `${protocol}://open/conversation/.`,
  'two dots': `${protocol}://open/conversation/..`,
  backslashes: `${protocol}:\\\\open\\conversation\\${id}`,
  'a backslash in the path': `${protocol}://open/conversation\\${id}`,
  'a query': `${good}?token=x`,
  'an empty query': `${good}?`,
  'a query before the path': `${protocol}://open?/conversation/${id}`,
  'a hash': `${good}#message`,
  'an empty hash': `${good}#`,
  'a matrix parameter': `${good};v=1`,
  'a user': `${protocol}://user@open/conversation/${id}`,
  'a user and a password': `${protocol}://user:secret@open/conversation/${id}`,
  'an empty user': `${protocol}://@open/conversation/${id}`,
  'a port': `${protocol}://open:80/conversation/${id}`,
  'an empty port': `${protocol}://open:/conversation/${id}`,
  'an upper-case scheme': `HESTAMI-CHAT://open/conversation/${id}`,
  'a mixed-case scheme': `Hestami-Chat://open/conversation/${id}`,
  'an upper-case host': `${protocol}://OPEN/conversation/${id}`,
  'an upper-case path': `${protocol}://open/Conversation/${id}`,
  'an escaped letter': `${protocol}://open/%63onversation/${id}`,
  'an escaped slash': `${protocol}://open/conversation%2f${id}`,
  'an escaped id': `${protocol}://open/conversation/%61bc`,
  'an escaped null': `${good}%00`,
  'a null': `${good}\0`,
  'a line end': `${good}\n`,
  'a line end and more': `${good}\nhestami-chat://open/conversation/x`,
  'a carriage return': `${good}\r`,
  'a tab inside': `${protocol}://open/conver\tsation/${id}`,
  'a line end inside': `${protocol}://open/conver\nsation/${id}`,
  'a space after': `${good} `,
  'a space before': ` ${good}`,
  'quotes around': `"${good}"`,
  'a quote and a switch': `${good}" --gpu-launcher="calc`,
  'a switch after a space': `${good} --inspect`,
  'a byte order mark': `\u{feff}${good}`,
  'a slash after': `${good}/`,
  'two slashes in the path': `${protocol}://open//conversation/${id}`,
  'two slashes before the id': `${protocol}://open/conversation//${id}`,
  'one slash after the scheme': `${protocol}:/open/conversation/${id}`,
  'no slash after the scheme': `${protocol}:open/conversation/${id}`,
  'three slashes after the scheme': `${protocol}:///open/conversation/${id}`,
  'an id too long by one': `${protocol}://open/conversation/${'x'.repeat(65)}`,
  'an id of 64 kB': `${protocol}://open/conversation/${'x'.repeat(65_536)}`,
  'no id': `${protocol}://open/conversation/`,
  'no id and no slash': `${protocol}://open/conversation`,
  'an id with a dot': `${protocol}://open/conversation/a.b`,
  'an id with an underscore': `${protocol}://open/conversation/a_b`,
  'an id with a plus': `${protocol}://open/conversation/a+b`,
  'an id with a comma': `${protocol}://open/conversation/a,b`,
  'an id with a star': `${protocol}://open/conversation/*`,
  'an id with a dollar': `${protocol}://open/conversation/$HOME`,
  'an id with a percent': `${protocol}://open/conversation/%USERNAME%`,
  'an id with a back quote': `${protocol}://open/conversation/\`id\``,
  'an id with an ampersand': `${protocol}://open/conversation/a&b`,
  'an id with a pipe': `${protocol}://open/conversation/a|b`,
  'an id with a colon': `${protocol}://open/conversation/C:`,
  'an id with digits of another script': `${protocol}://open/conversation/٣٤`,
  'an id in wide letters': `${protocol}://open/conversation/ａｂｃ`,
  'an id that turns the line around': `${protocol}://open/conversation/a\u{202e}b`,
  'an id with a soft hyphen': `${protocol}://open/conversation/a\u{ad}b`,
  'an id with a zero-width space': `${protocol}://open/conversation/a\u{200b}b`,
  'an id with half a character': `${protocol}://open/conversation/a\u{d800}`,
  'a slash that only looks like one': `${protocol}://open/conversation\u{2215}${id}`,
  'a dash that only looks like one': `hestami\u{2010}chat://open/conversation/${id}`,
  'the draft of a new chat': `${protocol}://open/conversation/new`,
  'the draft of the quick window': `${protocol}://open/conversation/quick`,
  'two ids': `${good}/${id}`,
  'two links': `${good} ${good}`,
  'another verb': `${protocol}://send/conversation/${id}`,
  'another thing': `${protocol}://open/settings/${id}`,
  'a message': `${protocol}://open/message/${id}`,
  'an e-mail sign-in': `${protocol}://auth?token=x&userId=y`,
  'a server': `${protocol}://connect/evil.example`,
  'the app’s own page': 'app://bundle/index.html',
  'a web page': `https://open/conversation/${id}`,
  'a file': 'file:///etc/passwd',
  script: 'javascript:alert(1)',
  data: 'data:text/html,x',
  'a longer scheme': `x${good}`,
  'a scheme that ends later': `hestami-chats://open/conversation/${id}`,
  'only the scheme': `${protocol}:`,
  nothing: '',
}

describe('ignores', () => {
  test.each(Object.entries(hostile))('%s', (_name, link) => {
    expect(conversationOf(link, protocol)).toBeNull()
  })
  test('and there are enough of them', () => expect(Object.keys(hostile).length).toBeGreaterThanOrEqual(80))
})
