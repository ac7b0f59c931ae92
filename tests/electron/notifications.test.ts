import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import type { DoubleOptions } from './double/options.ts'
import type { NotificationRecord } from './double/record.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'
import { ask, signIn, startServers } from './servers.ts'

let servers: Awaited<ReturnType<typeof startServers>>
beforeAll(async () => {
  await ensureBuilt()
  servers = await startServers()
  servers.librechat.script('quickly', 'The furnace needs a new filter.')
  servers.librechat.script('break', { steps: [{ kind: 'fail', error: 'the provider broke' }] })
  servers.librechat.script('slowly', {
    steps: [
      { kind: 'text', text: 'Some words. ' },
      { kind: 'pause', ms: 400 },
      { kind: 'text', text: 'The end.' },
    ],
  })
})
afterAll(async () => await servers.close())

async function running(options: Partial<DoubleOptions>, work: (run: Launched) => Promise<void>): Promise<void> {
  const run = await launch({ ...options, env: servers.env })
  try {
    await run.does.opened()
    await run.does.readyToShow()
    await run.does.invoke('page', 'app.ready', undefined)
    await signIn(run)
    await work(run)
  } finally {
    await run.close()
  }
}
const set = async (run: Launched, patch: object): Promise<unknown> =>
  await run.does.invoke('page', 'settings.set', patch)
const notifications = async (run: Launched): Promise<readonly NotificationRecord[]> =>
  (await run.does.record()).notifications
const badges = async (run: Launched): Promise<number[]> => (await run.does.record()).badges

interface Ended {
  readonly status: string
  readonly conversationId: string
}
/** How a turn ended, as the window was told. */
async function ended(run: Launched, turnId: string): Promise<Ended> {
  let found: Ended | undefined
  await expect
    .poll(
      async () => {
        const { sent } = await run.does.record()
        const turns = sent.flatMap(([, name, payload]) => {
          const event = payload as { kind?: string; turn?: Ended & { id: string } }
          return name === 'chat.turn' && event.kind === 'turn' && event.turn?.id === turnId ? [event.turn] : []
        })
        found = turns.findLast(({ status }) => ['complete', 'failed', 'stopped'].includes(status))
        return found !== undefined
      },
      { timeout: 15_000 },
    )
    .toBe(true)
  return found!
}
/** An answer that takes eleven seconds by the clock. */
async function slowAnswer(run: Launched, conversationId: string | null = null): Promise<Ended> {
  const turnId = await ask(run, `slowly ${crypto.randomUUID()}`, conversationId)
  // It is running now, and will be for a while.
  await run.does.advance(11_000)
  return await ended(run, turnId)
}

describe('an answer that took long', () => {
  test('is told while the window is not in use, and a click leads to it', async () => {
    await running({}, async (run) => {
      await run.does.focus(false)
      const { conversationId } = await slowAnswer(run)
      expect(await notifications(run)).toEqual([
        {
          options: { id: conversationId, groupId: conversationId, title: 'Hestami Chat', body: 'An answer is ready.' },
          calls: ['show'],
        },
      ])
      expect(await badges(run)).toEqual([0, 1])
      const before = (await run.does.record()).windows[0]!.calls.length
      await run.does.clickNotification(0)
      const { windows, sent } = await run.does.record()
      expect(windows[0]!.calls.slice(before)).toEqual(['show', 'focus'])
      expect(sent.at(-1)).toEqual(['hestami:event', 'app.command', { name: 'open-conversation', conversationId }])
      // The window opens it: the answer is read.
      await run.does.focus(true)
      await set(run, { lastConversationId: conversationId })
      expect(await badges(run)).toEqual([0, 1, 0])
    })
  })

  test('a newer answer in the same chat takes the place of the older; using the window takes both back', async () => {
    await running({}, async (run) => {
      await run.does.focus(false)
      const { conversationId } = await slowAnswer(run)
      await slowAnswer(run, conversationId)
      expect((await notifications(run)).map(({ calls }) => calls)).toEqual([['show', 'close'], ['show']])
      expect(await badges(run)).toEqual([0, 1])
      await run.does.focus(true)
      expect((await notifications(run)).map(({ calls }) => calls)).toEqual([
        ['show', 'close'],
        ['show', 'close'],
      ])
    })
  })

  test('is not told to who looks, nor where notifications are off or paused', async () => {
    await running({}, async (run) => {
      await run.does.focus(true)
      await slowAnswer(run)
      await run.does.focus(false)
      await set(run, { notifications: false })
      await slowAnswer(run)
      await set(run, { notifications: true, notificationsPausedUntil: Date.now() + 3_600_000 })
      await slowAnswer(run)
      expect(await notifications(run)).toEqual([])
      // They are unread all the same.
      expect((await badges(run)).at(-1)).toBe(3)
    })
  })

  test('shows what it says only where the user wants that', async () => {
    await running({ platform: 'darwin' }, async (run) => {
      await set(run, { notificationPreview: true })
      await run.does.focus(false)
      await slowAnswer(run)
      expect((await notifications(run))[0]?.options).toMatchObject({ body: 'Some words. The end.' })
    })
  })

  test('on Windows is a toast whose click opens the link, also when the app has ended since', async () => {
    await running({ platform: 'win32' }, async (run) => {
      await run.does.focus(false)
      const { conversationId } = await slowAnswer(run)
      const [shown] = await notifications(run)
      expect(shown?.options['toastXml']).toContain(
        `activationType="protocol" launch="hestami-chat://open/conversation/${conversationId}"`,
      )
      expect((await run.does.record()).windows[0]?.calls).toContain('overlay 1 unread answer')
      await run.does.focus(true)
      await set(run, { lastConversationId: conversationId })
      expect((await run.does.record()).windows[0]?.calls.at(-1)).toBe('no overlay')
    })
  })
})

test('a quick answer is not told, a failed one is, and signing out takes everything back', async () => {
  await running({}, async (run) => {
    await run.does.focus(false)
    expect(await ended(run, await ask(run, 'quickly'))).toMatchObject({ status: 'complete' })
    expect(await notifications(run)).toEqual([])
    expect(await ended(run, await ask(run, 'break'))).toMatchObject({ status: 'failed' })
    expect(await notifications(run)).toMatchObject([{ options: { body: 'An answer could not be completed.' } }])
    expect((await badges(run)).at(-1)).toBe(1)
    await run.does.invoke('page', 'session.signOut', undefined)
    expect((await notifications(run)).map(({ calls }) => calls)).toEqual([['show', 'close']])
    expect((await badges(run)).at(-1)).toBe(0)
  })
})

test('recent chats are in the menus of the system only where the user wants that, and go with the account', async () => {
  await running({ platform: 'win32' }, async (run) => {
    const { conversationId } = await ended(run, await ask(run, 'quickly'))
    const titles = async (): Promise<string[]> => {
      const last = (await run.does.record()).jumpLists.at(-1) as {
        name?: string
        items: { title: string; args: string }[]
      }[]
      return last
        .filter(({ name }) => name === 'Recent chats')
        .flatMap(({ items }) => items.map(({ title, args }) => `${title} ${args}`))
    }
    await expect
      .poll(async () => JSON.stringify(await run.does.invoke('page', 'conversations.cached', undefined)))
      .toMatch(/"title":"[^"]+"/)
    expect(await titles()).toEqual([])
    await set(run, { recentInSystemMenus: true })
    expect(await titles()).toEqual([
      expect.stringMatching(new RegExp(`.+ -- hestami-chat://open/conversation/${conversationId}$`)),
    ])
    await run.does.invoke('page', 'session.signOut', undefined)
    expect(await titles()).toEqual([])
  })
})
