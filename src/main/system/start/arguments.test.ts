import { describe, expect, test } from 'vitest'
import { handedOver, ownArguments, plainLaunch, readLaunch } from './arguments.ts'
import type { Launch } from './arguments.ts'

const protocol = 'hestami-chat'
const link = `${protocol}://open/conversation/abc-1`
const other = `${protocol}://open/conversation/xyz`
const read = (...args: string[]): Launch => readLaunch(args, protocol)

describe('what a start may ask', () => {
  test('nothing', () => expect(read()).toEqual(plainLaunch))
  test.each([
    ['--new-chat', 'new-chat'],
    ['--new-chat-from-clipboard', 'new-chat-from-clipboard'],
    ['--quick', 'quick'],
  ])('%s', (argument, verb) => expect(read(argument)).toEqual({ ...plainLaunch, verb }))
  test('to stay hidden, at login', () => expect(read('--hidden')).toEqual({ ...plainLaunch, hidden: true }))
  test('a conversation, also behind the bare -- of the Windows registration', () => {
    const opened = { ...plainLaunch, conversationId: 'abc-1' }
    expect(read(link)).toEqual(opened)
    expect(read('--', link)).toEqual(opened)
  })
  test('switches of Chromium and of macOS do not disturb', () => {
    expect(read('--enable-features=A', '-psn_0_1234', '--quick').verb).toBe('quick')
    expect(read('--ozone-platform=wayland', link).conversationId).toBe('abc-1')
  })
  test('a link goes before a verb: it asks for its conversation and nothing else', () =>
    expect(read('--new-chat-from-clipboard', '--hidden', link)).toEqual({ ...plainLaunch, conversationId: 'abc-1' }))
})

/** H02 and its kin: what a link drags along is dropped, and what is no honest link is refused. */
const hostile: readonly (readonly [name: string, args: readonly string[], expected: Partial<Launch>])[] = [
  ['a debugger after the link', [link, '--inspect'], { conversationId: 'abc-1' }],
  ['a launcher after the link', [link, '--gpu-launcher=calc'], { conversationId: 'abc-1' }],
  ['our own verb after the link', [link, '--new-chat'], { conversationId: 'abc-1' }],
  ['the clipboard after the link', [link, '--new-chat-from-clipboard'], { conversationId: 'abc-1' }],
  ['hiding after the link', [link, '--hidden'], { conversationId: 'abc-1' }],
  ['a file after the link', [link, '/etc/passwd'], { conversationId: 'abc-1' }],
  ['a web page after the link', [link, 'https://example.com/'], { conversationId: 'abc-1' }],
  ['two links', [link, other], { refused: 'several-links' }],
  ['the same link twice', [link, link], { refused: 'several-links' }],
  ['a second link in other letters', [link, other.toUpperCase()], { refused: 'several-links' }],
  ['a second link inside an argument', [link, `--x=${other}`], { refused: 'several-links' }],
  ['a second link that is broken', [link, `${protocol}:`], { refused: 'several-links' }],
  ['three links', [link, other, link], { refused: 'several-links' }],
  ['a bad link and a good one', [`${link}?x`, link], { refused: 'several-links' }],
  ['a link with a query', [`${link}?token=x`], { refused: 'link' }],
  ['a link of 64 kB', [`${protocol}://open/conversation/${'x'.repeat(65_536)}`], { refused: 'too-long' }],
  ['a link with a switch in it', [`${link} --inspect`], { refused: 'link' }],
  ['a link in quotes', [`"${link}"`], { refused: 'link' }],
  ['a link with a line end', [`${link}\n`], { refused: 'link' }],
  ['a link of another flavour', [link.replace('chat', 'chat-beta')], { refused: 'link' }],
  ['a web page', ['https://example.com/'], { refused: 'link' }],
  ['a file', ['/etc/passwd'], { refused: 'link' }],
  ['a file of Windows', ['C:\\Windows\\win.ini'], { refused: 'link' }],
  ['a share', ['\\\\server\\share'], { refused: 'link' }],
  ['an empty argument', [''], { refused: 'link' }],
  ['an empty argument before a link', ['', link], { refused: 'link' }],
  ['a file before a link', ['/tmp/x', link], { refused: 'link' }],
  ['a verb after a file', ['/tmp/x', '--new-chat'], { refused: 'link' }],
  ['a verb after a word', ['x', '--quick'], { refused: 'link' }],
  ['a link as a value', [`--url=${link}`], {}],
  ['a link behind a dash', [`-${link}`], {}],
  ['a verb with a value', ['--new-chat=text'], {}],
  ['a verb with text after it', ['--new-chat', 'send this'], { refused: 'link' }],
  ['a verb in upper case', ['--NEW-CHAT'], {}],
  ['a verb with one dash', ['-quick'], {}],
  ['a verb with three dashes', ['---quick'], {}],
  ['a verb with a space', ['--quick '], {}],
  ['a verb of Windows’ kind', ['/quick'], { refused: 'link' }],
  ['a verb that is longer', ['--quickly'], {}],
  ['a verb that is shorter', ['--new'], {}],
  ['a verb that sends', ['--send=hello'], {}],
  ['a verb that signs in', ['--token=x', '--sign-in'], {}],
  ['a server', ['--platform-url=https://evil.example', '--server', 'evil.example'], { refused: 'link' }],
  ['a name of Object’s', ['--constructor', '--__proto__', '--toString'], {}],
  ['a response file', ['@/tmp/args'], { refused: 'link' }],
  ['65 arguments', Array.from({ length: 65 }, () => '--quick'), { refused: 'too-long' }],
  ['a very long switch', [`--${'x'.repeat(4096)}`], { refused: 'too-long' }],
  ['a very long switch before a link', [`--${'x'.repeat(4096)}`, link], { refused: 'too-long' }],
  ['two bare -- and a link', ['--', '--', link], { conversationId: 'abc-1' }],
  ['two verbs', ['--quick', '--new-chat'], { verb: 'quick' }],
]

describe('takes nothing more from', () => {
  test.each(hostile)('%s', (_name, args, expected) => {
    expect(readLaunch(args, protocol)).toEqual({ ...plainLaunch, ...expected })
  })
  test('and there are enough of them', () => expect(hostile.length).toBeGreaterThanOrEqual(50))
})

describe('the command line', () => {
  test('a packaged app has the program first', () =>
    expect(ownArguments(['/opt/app', '--quick', link], true)).toEqual(['--quick', link]))
  test('in development the app’s folder follows, after switches of Electron', () => {
    expect(ownArguments(['/electron', '.', '--quick'], false)).toEqual(['--quick'])
    expect(ownArguments(['/electron', '--inspect=0', '/work', link], false)).toEqual([link])
    expect(ownArguments(['/electron', '--version'], false)).toEqual([])
    expect(ownArguments(['/electron'], false)).toEqual([])
  })
})

describe('what a second start hands over', () => {
  test('is its arguments', () => expect(handedOver({ args: ['--quick', link] })).toEqual(['--quick', link]))
  test.each([
    undefined,
    null,
    1,
    'x',
    [],
    [link],
    {},
    { args: null },
    { args: link },
    { args: [1] },
    { args: [[link]] },
    { args: { length: 1, 0: link } },
    { args: Array.from({ length: 65 }, () => link) },
  ])('and nothing else: %j', (data) => expect(handedOver(data)).toEqual([]))
})
