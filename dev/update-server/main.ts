import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, watchFile, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { privateKeyOf, publicKeyText } from '../../src/main/updates/statement.ts'
import { faultRule } from './faults.ts'
import { startUpdateServer } from './server.ts'

const usage = `node dev/update-server/main.ts [--folder feed] [--port 8090]

Serves a feed (npm run release) on this computer, and says which environment a build needs to update from it. What is in
<folder>/faults.json goes wrong, from the moment that it is saved:
  [{ "file": "*.AppImage", "times": 1, "fault": { "kind": "cut", "after": 1000000 } }]
The kinds are in dev/update-server/faults.ts.`

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: 'feed' },
    port: { type: 'string', default: '8090' },
    help: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** A key of this checkout alone: nothing that is shipped trusts it. */
function ownKey(folder: string): { readonly path: string; readonly text: string } {
  const path = join(folder, 'signing-key.pem')
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
  }
  return { path, text: publicKeyText(privateKeyOf(readFileSync(path, 'utf8'))) }
}

if (values.help) say(usage)
else {
  const server = await startUpdateServer({ folder: values.folder, port: Number(values.port) })
  const key = ownKey(join(import.meta.dirname, '../../.local/updates'))
  const faults = join(values.folder, 'faults.json')
  const readFaults = (): void => {
    if (!existsSync(faults)) return server.setFaults([])
    const parsed = z.array(faultRule).safeParse(JSON.parse(readFileSync(faults, 'utf8')))
    if (parsed.success) server.setFaults(parsed.data)
    else say(`${faults}: ${parsed.error.issues[0]?.message ?? 'not a list of faults'}`)
  }
  readFaults()
  watchFile(faults, { interval: 500 }, readFaults)
  say(
    `${values.folder} is at ${server.url}. A developer build (version x.y.z-debug.n) takes updates from here if it is built with`,
  )
  say(`  HESTAMI_UPDATE_URL=${server.url} HESTAMI_UPDATE_KEYS=${key.text} npm run package`)
  say(`and the feed is signed with`)
  say(`  HESTAMI_UPDATE_SIGNING_KEY="$(cat ${key.path})" HESTAMI_UPDATE_KEYS=${key.text} npm run release`)
}
