import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { FlavourName } from '../src/main/flavour.ts'
import { icnsOf, icnsSizes, icoOf } from './icon-containers.ts'
import type { IconImage } from './icon-containers.ts'
import { appIcon, ribbonColour, trayIcon } from './icon-drawings.ts'

/** Windows asks for these; Linux desktops look for the ones from 16 to 512. */
const icoSizes = [16, 20, 24, 32, 40, 48, 64, 128, 256]
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512]
/** Points of an icon in the notification area; the second picture is for screens of double density. */
const traySize = 16

const draw = async (svg: string, width: number, height = width): Promise<Buffer> =>
  await sharp(Buffer.from(svg), { density: Math.max(72, (72 * width) / 128) })
    .resize(width, height, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png({ compressionLevel: 9 })
    .toBuffer()

/** Where the icons of a flavour are after `writeIcons`. */
export interface IconPaths {
  readonly ico: string
  readonly icns: string
  /** Folder of `16x16.png` and so on. */
  readonly pngs: string
  /** 512 pixels: what the window shows. */
  readonly window: string
}

/** Draws every app icon of a flavour from `resources/icon.svg` into a folder. */
export async function writeIcons(source: string, flavour: FlavourName, folder: string): Promise<IconPaths> {
  const svg = readFileSync(source, 'utf8')
  const pngs = join(folder, 'png')
  mkdirSync(pngs, { recursive: true })
  const drawn = new Map<number, IconImage>()
  for (const pixels of new Set([...icoSizes, ...linuxSizes, ...icnsSizes]))
    drawn.set(pixels, { pixels, png: await draw(appIcon(svg, flavour, pixels), pixels) })
  const pick = (sizes: readonly number[]): IconImage[] => sizes.flatMap((pixels) => drawn.get(pixels) ?? [])
  for (const { pixels, png } of pick(linuxSizes)) writeFileSync(join(pngs, `${pixels}x${pixels}.png`), png)
  const paths = {
    ico: join(folder, 'icon.ico'),
    icns: join(folder, 'icon.icns'),
    pngs,
    window: join(folder, 'icon.png'),
  }
  writeFileSync(paths.ico, icoOf(pick(icoSizes)))
  writeFileSync(paths.icns, icnsOf(pick(icnsSizes)))
  writeFileSync(paths.window, drawn.get(512)!.png)
  return paths
}

/** The looks of the icon in the notification area: macOS colours `template` itself, `light` and `dark` are the panel's. */
const trayLooks = {
  template: { colour: '#000000', dots: 'none' },
  light: { colour: '#1d5a5c', dots: '#ffffff' },
  dark: { colour: '#f4f1ea', dots: '#1d5a5c' },
} as const

/** Draws the icons for the notification area: `<folder>/<flavour>/<look>[-unread][@2x].png`. */
export async function drawTrayIcons(source: string, flavour: FlavourName): Promise<Map<string, Buffer>> {
  const svg = readFileSync(source, 'utf8')
  const drawn = new Map<string, Buffer>()
  for (const [look, colours] of Object.entries(trayLooks))
    for (const unread of [false, true])
      for (const scale of [1, 2]) {
        const ribbon = look === 'template' ? null : ribbonColour(flavour)
        const name = `${look}${unread ? '-unread' : ''}${scale === 2 ? '@2x' : ''}.png`
        drawn.set(name, await draw(trayIcon(svg, { ...colours, unread, ribbon }), traySize * scale))
      }
  return drawn
}
