import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import type { DoubleOptions } from './double/options.ts'
import type { WindowRecord } from './double/record.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

const page = 'app://bundle/index.html'
const safe = 'app://bundle/safe.html'

let run: Launched
beforeAll(ensureBuilt)
afterEach(async () => await run.close())

const open = async (given: Partial<DoubleOptions> = {}): Promise<Launched> => {
  run = await launch(given)
  await run.does.opened()
  return run
}
const window = async (): Promise<WindowRecord> => (await run.does.record()).windows[0]!
const loads = async (): Promise<string[]> => (await window()).loads
const boxes = async (): Promise<unknown[]> => (await run.does.record()).boxes
const painted = async (): Promise<unknown> => await run.does.invoke('page', 'app.ready', undefined)
/** The page is there and seen, and whoever watches over the start of the window is content. */
const settled = async (): Promise<void> => {
  await painted()
  await run.does.readyToShow()
  const started = await run.does.clock()
  await expect.poll(async () => (await run.does.clock()) - started, { timeout: 5000 }).toBeGreaterThan(4_000)
}
const graphicsFile = (): string => join(run.folder, 'Hestami Chat/graphics.json')

describe('the page’s process is gone', () => {
  test('the page is loaded again, later the second time; then comes the safe screen', async () => {
    const { does } = await open({ speed: 10 })
    await settled()
    await does.crash('clean-exit')
    await does.crash('crashed')
    await expect.poll(loads).toEqual([page, page])
    await does.crash('killed')
    expect(await loads()).toEqual([page, page])
    await expect.poll(loads).toEqual([page, page, page])
    await does.crash('crashed')
    await expect.poll(loads).toEqual([page, page, page, safe])
    expect(await boxes()).toEqual([])
    const log = await readFile(join(run.folder, 'Hestami Chat/logs/app.log'), 'utf8')
    expect(log.match(/"window.crashed","reason":"crashed"/g)).toHaveLength(2)
  })

  test('out of memory: the safe screen says so', async () => {
    const { does } = await open({ speed: 10 })
    await settled()
    for (const count of [1, 2, 3]) {
      await does.crash('oom')
      await expect.poll(async () => (await loads()).length).toBe(1 + count)
    }
    expect((await loads()).at(-1)).toBe(`${safe}#memory`)
  })

  test('what was asked for meanwhile is done when the page is back', async () => {
    const { does } = await open()
    await painted()
    await does.crash('crashed')
    await does.menu('&Diagnostics…')
    expect(await painted()).toEqual({ ok: true, value: [{ name: 'diagnostics' }] })
  })

  test('the safe screen crashes too: the system tells, and leaves the choice', async () => {
    const { does } = await open({ speed: 10 })
    await settled()
    await does.holdBoxes(true)
    for (const count of [1, 2, 3]) {
      await does.crash('crashed')
      await expect.poll(async () => (await loads()).length).toBe(1 + count)
    }
    await does.crash('crashed')
    await expect.poll(boxes).toMatchObject([
      {
        type: 'error',
        message: 'Hestami Chat cannot show its window.',
        buttons: ['Try again', 'Save support bundle…', 'Copy version', 'Quit'],
        cancelId: 3,
      },
    ])
    // One box at a time.
    await does.crash('crashed')
    expect(await boxes()).toHaveLength(1)
    await does.answerHeld(2)
    await expect.poll(async () => (await boxes()).length).toBe(2)
    expect((await does.record()).copied[0]).toMatch(/^Hestami Chat 0\.1\.0\nChannel: stable\n/)
    await does.answerHeld(0)
    await expect.poll(async () => (await loads()).at(-1)).toBe(page)
  })

  test.each([
    ['launch-failed', 'cannot start the process'],
    ['integrity-failure', 'were changed'],
  ])('%s is told at once, for loading again does not help', async (reason, words) => {
    const { does } = await open()
    await does.holdBoxes(true)
    await does.crash(reason)
    await expect.poll(boxes).toMatchObject([{ message: expect.stringContaining(words) }])
    expect(await loads()).toEqual([page])
    await does.answerHeld(3)
    const { code } = await run.exited
    expect(code).toBe(0)
  })
})

describe('the page does not answer', () => {
  test('after some seconds, and once, the user is asked; reloading ends the process first', async () => {
    const { does } = await open({ speed: 20 })
    await painted()
    await does.readyToShow()
    await does.holdBoxes(true)
    await does.emitWindow('unresponsive')
    await does.emitWindow('unresponsive')
    await expect
      .poll(boxes)
      .toMatchObject([
        { type: 'warning', message: 'The window does not answer.', buttons: ['Wait', 'Reload'], parent: true },
      ])
    await does.answerHeld(1)
    await expect.poll(loads).toEqual([page, page])
    expect((await window()).calls).toEqual(['show', 'kill'])
    expect(await boxes()).toHaveLength(1)
  })

  test('nobody is asked when it answers in time, and a question goes when it answers', async () => {
    const { does } = await open({ speed: 20 })
    await painted()
    await does.holdBoxes(true)
    await does.emitWindow('unresponsive')
    await does.emitWindow('responsive')
    await does.emitWindow('unresponsive')
    await expect.poll(async () => (await boxes()).length).toBe(1)
    await does.emitWindow('responsive')
    await expect.poll(boxes).toMatchObject([{ message: 'The window does not answer.' }, 'taken away'])
    expect(await loads()).toEqual([page])
  })
})

describe('the graphics card', () => {
  test('ends three times: the app starts again without it', async () => {
    const { does } = await open()
    await painted()
    await does.childGone('GPU', 'clean-exit')
    await does.childGone('Utility', 'crashed')
    await does.childGone('GPU', 'crashed')
    await does.childGone('GPU', 'crashed')
    expect((await does.record()).app).not.toContain('relaunch {}')
    await does.childGone('GPU', 'killed')
    const { code, record } = await run.exited
    expect(code).toBe(0)
    expect(record?.app).toEqual(expect.arrayContaining(['relaunch {}', 'quit', 'exit 0']))
    expect(JSON.parse(readFileSync(graphicsFile(), 'utf8'))).toMatchObject({ software: true, failures: 1 })
  })

  test('draws nothing: once without it, then the system tells', async () => {
    await open({ speed: 100 })
    const { code, record } = await run.exited
    expect([code, record?.app.includes('relaunch {}')]).toEqual([0, true])
    const again = await launch({ folder: run.folder, speed: 100 })
    try {
      await again.does.opened()
      expect((await again.does.record()).app).toContain('no hardware acceleration')
      await again.does.holdBoxes(true)
      const told = async (): Promise<unknown> => (await again.does.record()).boxes
      await expect.poll(told).toMatchObject([{ message: 'The window of Hestami Chat stays empty.' }])
      await again.does.answerHeld(3)
      const second = await again.exited
      expect(second.record?.app.filter((call) => call.startsWith('relaunch'))).toEqual([])
    } finally {
      await again.close()
    }
  })

  test('is tried again after a good run without it', async () => {
    await open({ speed: 100 })
    await run.exited
    // A minute of the app's own clock is over in 30 ms.
    const second = await launch({ folder: run.folder, speed: 2000 })
    await second.does.opened()
    await second.does.invoke('page', 'app.ready', undefined)
    const painted = await second.does.clock()
    await expect.poll(async () => (await second.does.clock()) - painted, { timeout: 5000 }).toBeGreaterThan(61_000)
    await second.does.quit()
    await second.exited
    await second.close()
    expect(JSON.parse(readFileSync(graphicsFile(), 'utf8'))).toMatchObject({ software: false, failures: 1 })
    const third = await launch({ folder: run.folder })
    await third.does.opened()
    expect((await third.does.record()).app).not.toContain('no hardware acceleration')
    await third.close()
  })

  test('is not suspected when the page is painted, or cannot be seen', async () => {
    for (const how of ['painted', 'minimised'] as const) {
      const { does } = await open({ speed: 20 })
      if (how === 'painted') await painted()
      else await does.minimize()
      const seen = await does.clock()
      await expect.poll(async () => (await does.clock()) - seen, { timeout: 5000 }).toBeGreaterThan(12_000)
      expect((await does.record()).app).not.toContain('quit')
      expect(existsSync(graphicsFile())).toBe(false)
      await run.close()
    }
  })

  test('an AppImage starts again as the image', async () => {
    run = await launch({ env: { APPIMAGE: '/opt/Hestami.AppImage' } })
    await run.does.opened()
    for (let count = 0; count < 3; count++) await run.does.childGone('GPU', 'crashed')
    const { record } = await run.exited
    expect(record?.app.find((call) => call.startsWith('relaunch'))).toMatch(/"execPath":"\/opt\/Hestami\.AppImage"/)
  })
})
