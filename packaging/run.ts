import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { flavourOf, flavours } from '../src/main/flavour.ts'
import type { FlavourName } from '../src/main/flavour.ts'
import { findDist } from './electron-dist.ts'
import { versionFor } from './flavour-config.ts'
import { pack } from './pack.ts'
import type { System } from './placeholder.ts'

const usage = `npm run package [-- FLAGS]   builds the app and packs it for this system
  --flavour NAME     production, beta or debug (by the version)
  --version V        instead of the one in package.json; it has to be one of the flavour
  --targets A,B      of electron-builder: AppImage, deb, rpm, tar.gz, dir, nsis, zip, dmg (all of this system; without Electron: dir)
  --output DIR       where packages go (dist/<flavour>)
  --system NAME      linux, darwin or win32 (this one); for another one only the layout is packed, with a placeholder
  --placeholder      packs without Electron although it is there`

const root = resolve(import.meta.dirname, '..')
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const isSystem = (name: string): name is System => ['linux', 'darwin', 'win32'].includes(name)

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      flavour: { type: 'string' },
      version: { type: 'string' },
      targets: { type: 'string' },
      output: { type: 'string' },
      system: { type: 'string', default: process.platform },
      placeholder: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return say(usage)
  const own = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
  const version = values.version ?? own
  const name = values.flavour ?? flavourOf({ packaged: true, version }).name
  if (!Object.hasOwn(flavours, name)) throw new Error(`there is no flavour ${name}\n${usage}`)
  const flavour = flavours[name as FlavourName]
  if (!isSystem(values.system)) throw new Error(`nothing is packed for ${values.system}`)
  // Without a version of its own a flavour is packed as the next one of it, for trying.
  const packed = values.version === undefined && values.flavour !== undefined ? versionFor(flavour.name, own) : version
  const output = resolve(root, values.output ?? join('dist', flavour.name))
  const work = mkdtempSync(join(tmpdir(), 'hestami-package-'))
  try {
    const dist = values.placeholder || values.system !== process.platform ? null : findDist()
    if (dist === null)
      say('Electron is not here: packing with a placeholder. The result shows the layout; it does not run.')
    rmSync(output, { recursive: true, force: true })
    mkdirSync(output, { recursive: true })
    const apps = await pack({
      root,
      flavour,
      version: packed,
      system: values.system,
      output,
      work,
      placeholder: dist === null,
      targets: values.targets?.split(',') ?? (dist === null ? ['dir'] : null),
      updateUrl: process.env['HESTAMI_UPDATE_URL'] ?? null,
    })
    for (const app of apps) say(`checked: ${app}`)
    if (!existsSync(output)) throw new Error('nothing was packed')
    writeFileSync(join(output, 'VERSION'), `${packed}\n`)
    say(`${flavour.productName} ${packed} in ${output}`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

run().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exit(1)
})
