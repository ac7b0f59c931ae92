import { beforeEach, describe, expect, test } from 'vitest'
import type { AppCommand } from '../../../contract/app.ts'
import { createLauncher, mostClipboard } from './launcher.ts'
import type { Launcher } from './launcher.ts'

const link = 'hestami-chat://open/conversation/abc-1'
let done: (string | AppCommand)[] = []
let logged: unknown[] = []
let pasteboard: () => Promise<string>

const launcher = (hasQuick = true): Launcher =>
  createLauncher({
    protocol: 'hestami-chat',
    show: () => void done.push('show'),
    stayHidden: () => void done.push('stay hidden'),
    quick: hasQuick ? () => void done.push('quick') : null,
    give: (command) => void done.push(command),
    clipboard: async () => await pasteboard(),
    log: ({ event, fields }) => void logged.push({ event, ...fields }),
  })

beforeEach(() => {
  done = []
  logged = []
  pasteboard = async () => await Promise.resolve('')
})

describe('the first start', () => {
  test('shows the window', () => {
    launcher().first([], false)
    expect(done).toEqual(['show'])
  })
  test('by a link opens its conversation', () => {
    launcher().first([link], false)
    expect(done).toEqual(['show', { name: 'open-conversation', conversationId: 'abc-1' }])
  })
  test('by the quick window’s shortcut of the desktop shows that, and leaves a way to the main window', () => {
    launcher().first(['--quick'], false)
    expect(done).toEqual(['stay hidden', 'quick'])
    launcher(false).first(['--quick'], false)
    expect(done.slice(2)).toEqual(['show'])
  })
  test('at login shows nothing, unless something is asked for', () => {
    launcher().first(['--hidden'], false)
    launcher().first([], true)
    expect(done).toEqual(['stay hidden', 'stay hidden'])
    launcher().first([link], true)
    expect(done.slice(2)).toEqual(['show', { name: 'open-conversation', conversationId: 'abc-1' }])
  })
})

describe('a second start', () => {
  test.each([[[]], [['--no-such-switch']], [['/etc/passwd']], [[`${link}?x`]], [[link, link]]])(
    'always shows the window: %j',
    (args) => {
      launcher().second(args)
      expect(done).toEqual(['show'])
    },
  )
  test('starts a new chat', () => {
    launcher().second(['--new-chat'])
    expect(done).toEqual(['show', { name: 'new-chat' }])
  })
  test('shows the quick window, or the main one where there is none', () => {
    launcher().second(['--quick'])
    expect(done).toEqual(['quick'])
    launcher(false).second(['--quick'])
    expect(done).toEqual(['quick', 'show'])
  })
  test('by the system at login shows nothing', () => {
    launcher().second(['--hidden'])
    expect(done).toEqual([])
  })
  test('says in the log why it did not take a link, and not what it was', () => {
    launcher().second([`${link}?token=secret`])
    launcher().second([link, link])
    expect(logged).toEqual([
      { event: 'launch.refused', why: 'link' },
      { event: 'launch.refused', why: 'several-links' },
    ])
  })
})

describe('a new chat from the clipboard', () => {
  const given = async (text: string): Promise<unknown> => {
    pasteboard = async () => await Promise.resolve(text)
    launcher().verb('new-chat-from-clipboard')
    await new Promise(setImmediate)
    return done.at(-1)
  }
  test('has its text, which is not sent', async () =>
    expect(await given('A question')).toEqual({ name: 'new-chat-with', text: 'A question' }))
  test('is an empty one when there is none', async () => expect(await given(' \n')).toEqual({ name: 'new-chat' }))
  test('is bounded, at a whole character', async () => {
    const text = `${'x'.repeat(mostClipboard - 1)}😀 and more`
    expect(await given(text)).toEqual({ name: 'new-chat-with', text: 'x'.repeat(mostClipboard - 1) })
    expect(await given('y'.repeat(mostClipboard + 5))).toMatchObject({ text: 'y'.repeat(mostClipboard) })
  })
  test('is an empty one when the clipboard cannot be read', async () => {
    pasteboard = async () => await Promise.reject(new Error('x'))
    launcher().verb('new-chat-from-clipboard')
    await new Promise(setImmediate)
    expect(done).toEqual(['show', { name: 'new-chat' }])
  })
})

describe('macOS', () => {
  test('brings links; bad ones do nothing', () => {
    launcher().link(link)
    expect(done).toEqual(['show', { name: 'open-conversation', conversationId: 'abc-1' }])
    launcher().link('hestami-chat://open/settings')
    expect(done).toHaveLength(2)
    expect(logged).toEqual([{ event: 'launch.refused', why: 'link' }])
  })
  test('brings the notification that started the app', () => {
    launcher().notification('abc-1')
    launcher().notification('../x')
    expect(done).toEqual(['show', { name: 'open-conversation', conversationId: 'abc-1' }])
  })
})
