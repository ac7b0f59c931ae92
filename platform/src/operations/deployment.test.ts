import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { readSettings, settingNames } from '../settings.ts'

const home = join(import.meta.dirname, '../..')

const service = z.looseObject({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])),
  healthcheck: z.looseObject({ test: z.array(z.string()) }),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  security_opt: z.array(z.string()),
  read_only: z.boolean().default(false),
})
const composeFile = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
  networks: z.record(z.string(), z.null()),
})

let [compose, example, readme, dockerfile] = ['', '', '', '']
let file: z.infer<typeof composeFile>
let folder = ''
beforeAll(async () => {
  const texts = ['compose.yaml', '.env.example', 'README.md', 'Dockerfile'].map((name) =>
    readFile(join(home, name), 'utf8'),
  )
  ;[compose, example, readme, dockerfile] = (await Promise.all(texts)) as [string, string, string, string]
  file = composeFile.parse(parse(compose, { merge: true }))
  folder = await mkdtemp(join(tmpdir(), 'platform-deploy-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Variable → what compose.yaml takes without it; `undefined`: it refuses to start. */
function interpolated(): Map<string, string | undefined> {
  const found = [...compose.replaceAll(/^\s*#.*$/gm, '').matchAll(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g)]
  for (const [whole, , kind] of found) expect([whole, kind]).toEqual([whole, expect.stringMatching(/[-?]/)])
  return new Map(found.map(([, name = '', kind, rest]) => [name, kind === '?' ? undefined : rest]))
}
const named = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name).sort()
/** The rows of the table that starts with this heading cell. */
function tableOf(heading: string): string[] {
  const [, table = ''] = readme.split(new RegExp(`^\\| ${heading} .*\\n\\|[-| ]+\\n`, 'm'))
  const cells =
    table
      .split('\n\n')[0]
      ?.split('\n')
      .map((row) => row.split('|')[1] ?? '') ?? []
  return named(cells.join('\n'), /`([A-Z_]+)`/g)
}

const composeOnly = (): string[] => [...interpolated().keys()].filter((name) => !settingNames.includes(name)).sort()

test('.env.example names what is read, and nothing else', () => {
  const names = named(example, /^#?([A-Z_]+)=/gm)
  expect(names).toEqual([...settingNames, ...composeOnly()].sort())
  expect(parseEnv(example)).toEqual({})
})

test('what .env.example shows as a default is one', () => {
  const shown = parseEnv(example.replaceAll(/^#(?=[A-Z_]+=)/gm, ''))
  const defaults = interpolated()
  for (const [name, value] of Object.entries(shown)) {
    if (!composeOnly().includes(name)) continue
    expect([name, value]).toEqual([name, defaults.get(name) ?? ''])
  }
  const { DATABASE_URL: _url, HESTAMI_PLATFORM_DATA: _folder, ...settings } = shown
  expect(readSettings(settings)).toEqual(readSettings({}))
})

test('the README’s tables name what is read, and nothing else', () => {
  expect(tableOf('variable')).toEqual([...settingNames].sort())
  expect(tableOf('only compose.yaml')).toEqual(composeOnly())
})

test('the platform gets every setting', () => {
  const { environment = {} } = file.services['platform'] ?? {}
  // The folder of the embedded database, which DATABASE_URL replaces.
  expect(Object.keys(environment).sort()).toEqual(
    settingNames.filter((name) => name !== 'HESTAMI_PLATFORM_DATA').sort(),
  )
})

test('every service has a health check, a pinned image and the one network', () => {
  expect(Object.keys(file.services).sort()).toEqual(['librechat', 'mongodb', 'platform', 'postgres'])
  expect(Object.keys(file.networks)).toEqual(['private'])
  for (const [name, one] of Object.entries(file.services)) {
    expect([name, one.healthcheck.test[0]]).toEqual([name, 'CMD'])
    expect(one.networks).toEqual(['private'])
    expect(one.security_opt).toEqual(['no-new-privileges:true'])
    expect([name, one.read_only]).toEqual([name, name !== 'librechat'])
    expect(one.image).toMatch(
      name === 'platform' ? /:\$\{PLATFORM_VERSION:-local\}$/ : /:\$\{[A-Z]+_VERSION:-v?\d+\.\d+(\.\d+)?[\w-]*\}$/,
    )
    for (const other of Object.keys(one.depends_on)) expect(Object.keys(file.services)).toContain(other)
    for (const volume of one.volumes) expect(Object.keys(file.volumes)).toContain(volume.split(':')[0])
  }
  expect(file.services['platform']?.depends_on['postgres']?.condition).toBe('service_healthy')
  expect(file.services['librechat']?.depends_on['mongodb']?.condition).toBe('service_healthy')
})

test('only LibreChat and the platform can be reached, from this host', () => {
  const ports = Object.entries(file.services).flatMap(([name, one]) => one.ports.map((port) => [name, port]))
  expect(ports).toEqual([
    ['librechat', '${BIND_ADDRESS:-127.0.0.1}:${LIBRECHAT_PORT:-3080}:3080'],
    ['platform', '${BIND_ADDRESS:-127.0.0.1}:${PLATFORM_PORT:-8050}:8050'],
  ])
})

test('LibreChat takes the platform’s users and no strangers’ resets', () => {
  const { environment = {} } = file.services['librechat'] ?? {}
  expect(environment).toMatchObject({ ALLOW_REGISTRATION: 'true', ALLOW_EMAIL_LOGIN: 'true' })
  expect(environment['ALLOW_PASSWORD_RESET']).toBe('${LIBRECHAT_ALLOW_PASSWORD_RESET:-false}')
  for (const name of ['REGISTER_MAX', 'LOGIN_MAX']) expect(Number(environment[name])).toBeGreaterThanOrEqual(10_000)
})

test('no secret has a default', () => {
  const secret = /PASSWORD$|SECRET$|_KEY$|_IV$|TOKEN$/
  for (const [name, otherwise] of interpolated())
    expect([name, otherwise === undefined]).toEqual([name, secret.test(name)])
})

test('the README’s command makes a .env that fits', async () => {
  await cp(join(home, '.env.example'), join(folder, '.env.example'))
  const [, command = ''] = /```sh\n([^`]*> \.env\)?)\n```/.exec(readme) ?? []
  await promisify(execFile)('sh', ['-euc', command], { cwd: folder })
  const text = await readFile(join(folder, '.env'), 'utf8')
  expect((await stat(join(folder, '.env'))).mode & 0o077).toBe(0)
  const made = parseEnv(text)
  const wanted = [...interpolated()].filter(([, otherwise]) => otherwise === undefined).map(([name]) => name)
  expect(Object.keys(made).sort()).toEqual(wanted.sort())
  expect(new Set(Object.values(made)).size).toBe(wanted.length)
  expect(readSettings({ ...made, DATABASE_URL: 'postgres://platform@postgres:5432/platform' })).toMatchObject({
    encryptionKey: made['LIBRECHAT_ENCRYPTION_KEY'],
    metricsToken: made['METRICS_TOKEN'],
  })
  expect(made['LIBRECHAT_CREDS_KEY']).toMatch(/^[0-9a-f]{64}$/)
  expect(made['LIBRECHAT_CREDS_IV']).toMatch(/^[0-9a-f]{32}$/)
  for (const name of ['POSTGRES_PASSWORD', 'MONGO_PASSWORD']) expect(made[name]).toMatch(/^[0-9a-f]{64}$/)
})

test('the image is built in two stages, runs as nobody special and copies what is there', async () => {
  expect(dockerfile.match(/^FROM node:\$\{NODE_VERSION\}/gm)).toHaveLength(2)
  expect(dockerfile).toMatch(/^ARG NODE_VERSION=24-slim$/m)
  expect(dockerfile).toMatch(/^USER node$/m)
  expect(dockerfile).toContain('npm ci --workspace platform --omit=dev')
  const [, check = ''] = /^HEALTHCHECK [^\n]*\\\n {2}CMD (\[.*\])$/m.exec(dockerfile) ?? []
  expect(z.array(z.string()).parse(JSON.parse(check))[0]).toBe('node')
  const [, start = ''] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? []
  const [, entry = ''] = z.array(z.string()).parse(JSON.parse(start))
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, from = '']) => from.split(' '))
  for (const path of [entry, ...copied]) expect((await stat(join(home, '..', path))).size).toBeGreaterThan(0)
  const { build } = file.services['platform'] ?? {}
  expect(build).toEqual({ context: '..', dockerfile: 'platform/Dockerfile' })
})
