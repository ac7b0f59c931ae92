import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

/** Milliseconds that nobody touches the window. */
const idleFor = 3_000

interface Counted {
  woken: string[]
}

let setting: Setting
beforeAll(async () => {
  setting = await openSetting({ keychain: createMemoryKeychain() })
  await setting.me().signIn(setting.stack.demo.email, setting.stack.demo.password)
  await setting.me().messageBox.waitFor()
  // Everything that can wake the page up by itself, counted with where it was asked for.
  await setting.page().addInitScript(() => {
    const counted = globalThis as unknown as Counted
    counted.woken = []
    const {
      setTimeout: timeout,
      setInterval: interval,
      requestAnimationFrame: frame,
      requestIdleCallback: rest,
    } = globalThis
    const named = (what: string, run: unknown) => {
      const from = new Error('asked for').stack?.split('\n')[3]?.trim() ?? ''
      return (...args: unknown[]): void => {
        counted.woken.push(`${what} ${from}`)
        if (typeof run === 'function') (run as (...given: unknown[]) => void)(...args)
      }
    }
    const page = globalThis as unknown as Record<string, unknown>
    page['setTimeout'] = (run: unknown, ms?: number, ...args: []) => timeout(named('timeout', run), ms, ...args)
    page['setInterval'] = (run: unknown, ms?: number, ...args: []) => interval(named('interval', run), ms, ...args)
    page['requestAnimationFrame'] = (run: unknown) => frame(named('frame', run))
    page['requestIdleCallback'] = (run: unknown, options?: IdleRequestOptions) => rest(named('idle', run), options)
  })
  await setting.page().reload()
  await setting.me().messageBox.waitFor()
  await setting.me().send('short please')
  await setting.me().answers.last().waitFor()
  await setting.me().sendButton.waitFor()
})
afterAll(async () => await setting.close())

const woken = async (): Promise<string[]> =>
  await setting.page().evaluate(() => (globalThis as unknown as Counted).woken)

test('a window that nobody touches sleeps: no timer, no frame, no question to main', async () => {
  // The title comes a little after the answer, and images and lists settle.
  let before = -1
  await expect
    .poll(
      async () => {
        const [was, now] = [before, (await woken()).length]
        before = now
        return was === now
      },
      { timeout: 20_000, interval: 1_000 },
    )
    .toBe(true)
  expect(before).toBeGreaterThan(0)
  const asked = setting.app().calls.length
  const session = await setting.page().context().newCDPSession(setting.page())
  await session.send('Performance.enable')
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  }
  const busyBefore = await busy()
  await new Promise((resolve) => setTimeout(resolve, idleFor))
  const busyFor = (await busy()) - busyBefore
  expect((await woken()).slice(before)).toEqual([])
  expect(setting.app().calls.length).toBe(asked)
  // Seconds of the page’s thread; a computer that does much else measures more.
  expect(busyFor).toBeLessThan((idleFor / 1000) * 0.03)
})

test('nothing moves that nobody sees move', async () => {
  const running = await setting.page().evaluate(() => document.getAnimations().map((one) => one.playState))
  expect(running.filter((state) => state === 'running')).toEqual([])
})
