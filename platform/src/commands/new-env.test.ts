import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createFernet } from '../fernet.ts'
import { readSettings } from '../settings.ts'
import { python } from '../testing/python.ts'

const home = join(import.meta.dirname, '../..')
const print = async (): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, [join(home, 'src/cli.ts'), 'new-env'], { env: { PATH: process.env['PATH'] } })

test('all that compose.yaml does not start without, and nothing else', async () => {
  const compose = await readFile(join(home, 'compose.yaml'), 'utf8')
  const wanted = [...new Set([...compose.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name = '']) => name))]
  expect(wanted.length).toBeGreaterThan(5)
  const { stdout, stderr } = await print()
  expect(stderr).toBe('')
  expect(Object.keys(parseEnv(stdout)).sort()).toEqual(wanted.sort())
})

test('values that the platform, PostgreSQL’s URL and LibreChat take; new each time', async () => {
  const [made, again] = (await Promise.all([print(), print()])).map(({ stdout }) => parseEnv(stdout)) as [
    NodeJS.Dict<string>,
    NodeJS.Dict<string>,
  ]
  expect(readSettings({ ...made, DATABASE_URL: 'postgres://platform@postgres:5432/platform' })).toMatchObject({
    encryptionKey: made['LIBRECHAT_ENCRYPTION_KEY'],
    metricsToken: made['METRICS_TOKEN'],
  })
  for (const name of ['POSTGRES_PASSWORD', 'MONGO_PASSWORD']) expect(made[name]).toMatch(/^[0-9a-zA-Z]{32,}$/)
  expect(made['LIBRECHAT_CREDS_KEY']).toMatch(/^[0-9a-f]{64}$/)
  expect(made['LIBRECHAT_CREDS_IV']).toMatch(/^[0-9a-f]{32}$/)
  const values = [...Object.values(made), ...Object.values(again)]
  expect(new Set(values).size).toBe(values.length)
})

test('Python opens what is encrypted under its key', async () => {
  const key = parseEnv((await print()).stdout)['LIBRECHAT_ENCRYPTION_KEY'] ?? ''
  const token = createFernet(key).encrypt('kept')
  const program = `from cryptography.fernet import Fernet
print(json.dumps(Fernet(data['key'].encode()).decrypt(data['token'].encode()).decode()))`
  expect(await python(program, { key, token })).toBe('kept')
})
