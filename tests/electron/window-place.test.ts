import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

let folder: string
let run: Launched | null = null
beforeAll(ensureBuilt)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hestami-electron-'))
})
afterEach(async () => {
  await run?.close()
  await rm(folder, { recursive: true, force: true })
})

const file = (): string => join(folder, 'Hestami Chat/window.json')
const kept = async (): Promise<unknown> => JSON.parse(await readFile(file(), 'utf8')) as unknown
const open = async (speed = 1): Promise<Launched> => {
  run = await launch({ folder, speed })
  await run.does.opened()
  return run
}
const calls = async (): Promise<string[]> => (await run!.does.record()).windows[0]!.calls

test('opens where it was left', async () => {
  const first = await open()
  await first.does.moveTo(40, 50)
  await first.does.closeWindow()
  await first.exited
  expect(await kept()).toMatchObject({ places: [{ screen: 1, x: 40, y: 50, maximized: false, fullScreen: false }] })
  const { windows } = await (await open()).does.record()
  expect(windows[0]?.options).toMatchObject({ x: 40, y: 50, width: 1080, height: 760 })
})

test('a move is kept before the window is closed: the process may be killed', async () => {
  const { does } = await open(20)
  await does.moveTo(300, 200)
  await expect.poll(kept).toMatchObject({ places: [{ x: 300, y: 200 }] })
})

const place = { screen: 1, x: 100, y: 100, width: 900, height: 700, maximized: false, fullScreen: false }
const leave = async (patch: object): Promise<void> => {
  const first = await open()
  await first.close()
  await writeFile(file(), JSON.stringify({ places: [{ ...place, ...patch }] }))
}

test('maximised and full screen come back when the page is there, not before', async () => {
  await leave({ maximized: true, fullScreen: true })
  const { does } = await open()
  expect(await calls()).toEqual([])
  await does.readyToShow()
  expect(await calls()).toEqual(['maximize', 'show', 'full screen true'])
})

test.each(['', '{', '{"places":[{"screen":1,"x":1e9}]}', '\0\0\0'])('a damaged file (%j) is none', async (text) => {
  const first = await open()
  await first.close()
  await writeFile(file(), text)
  const { windows } = await (await open()).does.record()
  expect(windows[0]?.options).toMatchObject({ width: 1080, height: 760 })
  expect(windows[0]?.options).not.toHaveProperty('x')
})

test('left on a screen that is gone, it opens in its size where the system puts it', async () => {
  await leave({ screen: 7, x: 3000 })
  const { windows } = await (await open()).does.record()
  expect(windows[0]?.options).toMatchObject({ width: 900, height: 700 })
  expect(windows[0]?.options).not.toHaveProperty('x')
})

test.each(['display-removed', 'display-metrics-changed'] as const)('after %s it is within reach', async (event) => {
  const { does } = await open()
  await does.moveTo(1700, 900)
  await does.changeScreens([{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }], event)
  expect(await calls()).toEqual([])
  await does.changeScreens([{ id: 1, workArea: { x: 0, y: 0, width: 1280, height: 720 } }], event)
  expect(await calls()).toEqual(['bounds 200,0 1080×720'])
})

test('hidden while its screen went, it is within reach when it is shown', async () => {
  const { does } = await open()
  await does.moveTo(1700, 900)
  await does.minimize()
  await does.changeScreens([{ id: 1, workArea: { x: 0, y: 0, width: 1280, height: 720 } }], 'display-removed')
  expect(await calls()).toEqual(['minimize'])
  await does.secondInstance({ args: [] })
  expect(await calls()).toContain('bounds 200,0 1080×720')
})
