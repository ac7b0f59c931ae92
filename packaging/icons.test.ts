import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flavours } from '../src/main/flavour.ts'
import type { FlavourName } from '../src/main/flavour.ts'
import { drawTrayIcons, writeIcons } from './icons.ts'
import type { IconPaths } from './icons.ts'

const resources = resolve(import.meta.dirname, '../resources')
const source = join(resources, 'icon.svg')
const names = Object.keys(flavours) as FlavourName[]

let folder = ''
const icons = new Map<FlavourName, IconPaths>()
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-icons-'))
  for (const name of names) icons.set(name, await writeIcons(source, name, join(folder, name)))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pixels = async (png: string | Buffer): Promise<Buffer> => await sharp(png).ensureAlpha().raw().toBuffer()
/** The mean difference of two pictures of one size, 0 to 255. */
async function difference(one: string | Buffer, other: string | Buffer): Promise<number> {
  const [a, b] = await Promise.all([pixels(one), pixels(other)])
  expect(a.length).toBe(b.length)
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0))
  return sum / a.length
}

describe.each(names)('%s', (name) => {
  test('has every size that Windows asks for, as PNG, in one file', async () => {
    const ico = readFileSync(icons.get(name)!.ico)
    expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1])
    const sizes: number[] = []
    for (let index = 0; index < ico.readUInt16LE(4); index++) {
      const at = 6 + 16 * index
      const png = ico.subarray(ico.readUInt32LE(at + 12), ico.readUInt32LE(at + 12) + ico.readUInt32LE(at + 8))
      const { width, height, format } = await sharp(png).metadata()
      expect(format).toBe('png')
      expect([ico.readUInt8(at) || 256, ico.readUInt8(at + 1) || 256]).toEqual([width, height])
      sizes.push(width)
    }
    expect(sizes).toEqual([16, 20, 24, 32, 40, 48, 64, 128, 256])
  })

  test('has every size that macOS asks for, up to 1024, in one file', async () => {
    const icns = readFileSync(icons.get(name)!.icns)
    expect(icns.toString('latin1', 0, 4)).toBe('icns')
    expect(icns.readUInt32BE(4)).toBe(icns.length)
    const found: Record<string, number> = {}
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
      const png = icns.subarray(at + 8, at + icns.readUInt32BE(at + 4))
      found[icns.toString('latin1', at, at + 4)] = (await sharp(png).metadata()).width
    }
    expect(found).toEqual({
      icp4: 16,
      ic11: 32,
      icp5: 32,
      ic12: 64,
      ic07: 128,
      ic13: 256,
      ic08: 256,
      ic14: 512,
      ic09: 512,
      ic10: 1024,
    })
  })

  test('has a picture of every size for Linux', () => {
    expect(readdirSync(icons.get(name)!.pngs).sort()).toEqual(
      [16, 24, 32, 48, 64, 128, 256, 512].map((size) => `${size}x${size}.png`).sort(),
    )
  })

  test('the tray icons in resources are drawn from the icon as it is now (npm run tray-icons)', async () => {
    const drawn = await drawTrayIcons(source, name)
    const committed = join(resources, 'tray', name)
    expect(readdirSync(committed).sort()).toEqual([...drawn.keys()].sort())
    for (const [file, png] of drawn) {
      const { width, height } = await sharp(join(committed, file)).metadata()
      const size = file.includes('@2x') ? 32 : 16
      expect([width, height]).toEqual([size, size])
      expect(await difference(join(committed, file), png)).toBeLessThan(2)
    }
  })
})

test('flavours differ at a glance, also at 16 pixels', async () => {
  for (const size of [16, 32, 256])
    for (const [one, other] of [
      ['production', 'beta'],
      ['production', 'debug'],
      ['beta', 'debug'],
    ] as const) {
      const at = (name: FlavourName): string => join(icons.get(name)!.pngs, `${size}x${size}.png`)
      expect(await difference(at(one), at(other))).toBeGreaterThan(8)
    }
})

test('unread differs from read, and every icon from an empty one', async () => {
  const drawn = await drawTrayIcons(source, 'production')
  for (const look of ['template', 'light', 'dark']) {
    expect(await difference(drawn.get(`${look}.png`)!, drawn.get(`${look}-unread.png`)!)).toBeGreaterThan(4)
    const opaque = (await pixels(drawn.get(`${look}.png`)!)).filter((_value, index) => index % 4 === 3)
    expect(opaque.filter((alpha) => alpha > 128).length).toBeGreaterThan(60)
  }
})

test('macOS gets black and clear only, to colour itself', async () => {
  const drawn = await drawTrayIcons(source, 'debug')
  const all = await pixels(drawn.get('template@2x.png')!)
  const colours = new Set<number>()
  for (let at = 0; at < all.length; at += 4) if (all[at + 3] !== 0) colours.add(all[at] ?? -1)
  expect([...colours]).toEqual([0])
})

test('the icon of the window in development is drawn from the source too', async () => {
  expect(await difference(join(resources, 'icon.png'), icons.get('production')!.window)).toBeLessThan(2)
})
