import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import sharp from 'sharp'
import { contentSecurityPolicy } from '../../src/contract/csp.ts'
import { defaultSettings } from '../../src/contract/setting-defaults.ts'
import { launchBrowser } from '../journeys/harness/browser.ts'
import { installFake } from './fake-api.ts'
import { scenes } from './scenes.ts'

/**
 * npm run screenshots [-- WORD…]: every screen of the built window (or those whose name begins with a WORD), light and dark, wide and
 * narrow, into screenshots/.
 */
const wanted = process.argv.slice(2)
const chosen = scenes.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)))
const root = join(import.meta.dirname, '../..')
const folder = join(root, 'screenshots')
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 780 } } as const
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800"><rect width="1200" height="800" fill="#bcd3e6"/><path d="M0 520 L600 180 L1200 520 Z" fill="#8c4a3a"/><rect x="120" y="510" width="960" height="290" fill="#e9dfcf"/><rect x="60" y="500" width="1080" height="26" rx="13" fill="#5d6a70"/><rect x="1010" y="520" width="22" height="280" fill="#5d6a70"/><rect x="260" y="600" width="150" height="150" fill="#7fa0b5"/><rect x="700" y="600" width="150" height="150" fill="#7fa0b5"/></svg>`

const image = await sharp(Buffer.from(drawing)).jpeg().toBuffer()
const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://x').pathname
  response.setHeader('content-security-policy', contentSecurityPolicy({ connect: "'none'" }))
  if (path.startsWith('/image/')) return void response.setHeader('content-type', 'image/jpeg').end(image)
  const name = path === '/' ? '/index.html' : path
  try {
    const body = readFileSync(join(root, 'out/renderer', name))
    response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream').end(body)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

if (wanted.length === 0) rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const browser = await launchBrowser()
const problems: string[] = []
let count = 0
for (const theme of ['light', 'dark'] as const)
  for (const [size, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce' })
    for (const scene of chosen) {
      const page = await context.newPage()
      if (scene.viewport && size === 'wide') await page.setViewportSize(scene.viewport)
      page.on('pageerror', (error) => problems.push(`${scene.name}: ${String(error)}`))
      const source = `(${installFake.toString()})(${JSON.stringify(scene.fixture)}, ${JSON.stringify({ ...defaultSettings, theme })})`
      await page.addInitScript(source)
      await page.goto(`${origin}/${scene.page ?? ''}`)
      await page.evaluate(async () => await document.fonts.ready)
      await page.waitForTimeout(250)
      await scene.act?.(page)
      await page.waitForTimeout(250)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
      if (wide) problems.push(`${scene.name} (${size}): wider than the window`)
      await page.screenshot({ path: join(folder, `${scene.name}-${size}-${theme}.png`) })
      await page.close()
      count++
    }
    await context.close()
  }
await browser.close()
server.close()
for (const problem of problems) console.error(problem)
console.log(`${count} screenshots in ${folder}`)
process.exitCode = problems.length === 0 ? 0 : 1
