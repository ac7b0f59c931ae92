import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { flavours } from '../src/main/flavour.ts'
import { drawTrayIcons } from './icons.ts'

/** npm run tray-icons: draws `resources/tray` anew from `resources/icon.svg`. */
const resources = resolve(import.meta.dirname, '../resources')
rmSync(join(resources, 'tray'), { recursive: true, force: true })
for (const { name } of Object.values(flavours)) {
  const folder = join(resources, 'tray', name)
  mkdirSync(folder, { recursive: true })
  for (const [file, png] of await drawTrayIcons(join(resources, 'icon.svg'), name))
    writeFileSync(join(folder, file), png)
}
