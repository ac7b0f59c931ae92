import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readPolicyFolder } from '../config.ts'
import { flavours } from '../flavour.ts'
import type { LogEvent } from '../host.ts'
import { createSettings } from '../settings/settings.ts'
import { isWord } from '../support/words.ts'
import { openDesktopPolicy } from './desktop-policy.ts'
import { followPolicy } from './follow-policy.ts'
import { noPolicy } from './policy.ts'
import type { Policy } from './policy.ts'
import { readPolicy } from './read-policy.ts'

let folder = ''
let logged: LogEvent[] = []
const log = (event: LogEvent): void => void logged.push(event)
const owner = process.getuid?.() ?? 0
const dark: Policy = { enforced: { theme: { value: 'dark', from: 'x' } }, defaults: {} }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-policy-'))
  logged = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

// A script stands in for reg.exe: what is passed on to it, and what is made of its output, are real.
describe.skipIf(process.platform === 'win32')('the registry, through the tool of Windows', () => {
  const tool = (script: string): void => {
    mkdirSync(join(folder, 'System32'), { recursive: true })
    const path = join(folder, 'System32', 'reg.exe')
    writeFileSync(path, `#!/bin/sh\n${script}`)
    chmodSync(path, 0o755)
  }
  const read = async (): ReturnType<typeof readPolicy> =>
    await readPolicy({ flavour: flavours.beta, platform: 'win32', windows: folder, log })

  test('the computer’s key wins over the user’s, each asked for by its whole name', async () => {
    tool(`printf '%s\\n' "$#|$1|$2|$3" >> '${folder}/asked'
      case "$2" in
      HKEY_LOCAL_MACHINE*) printf '\\r\\n%s\\\\Enforced\\r\\n    theme    REG_SZ    dark\\r\\n' "$2" ;;
      *) printf '\\r\\n%s\\\\Enforced\\r\\n    theme    REG_SZ    light\\r\\n    uploads    REG_DWORD    0x0\\r\\n' "$2" ;;
      esac`)
    const place = '\\Software\\Policies\\Hestami\\Hestami Chat Beta'
    expect((await read()).policy).toEqual({
      enforced: {
        theme: { value: 'dark', from: `HKEY_LOCAL_MACHINE${place}` },
        uploads: { value: false, from: `HKEY_CURRENT_USER${place}` },
      },
      defaults: {},
    })
    expect(readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n').sort()).toEqual([
      `3|query|HKEY_CURRENT_USER${place}|/s`,
      `3|query|HKEY_LOCAL_MACHINE${place}|/s`,
    ])
  })

  test.each([
    ['says that there is no such key', 'echo ERROR >&2; exit 1'],
    ['prints what is no list', 'echo hello'],
  ])('no policy when it %s', async (_how, script) => {
    tool(script)
    expect(await read()).toEqual({ policy: noPolicy, problems: [] })
  })

  test('no policy when it is not there', async () => expect((await read()).policy).toEqual(noPolicy))
})

test('what does not count is logged by code: a setting’s name, never a word of the file', async () => {
  writeFileSync(join(folder, '1.json'), '{"enforced":{"theme":"neon","ann@example.org":1,"lastConversationId":"c"}}')
  chmodSync(join(folder, '1.json'), 0o644)
  writeFileSync(join(folder, '2.json'), '{')
  chmodSync(join(folder, '2.json'), 0o600)
  await readPolicy({ flavour: flavours.debug, platform: 'linux', windows: '', folder: { path: folder, owner }, log })
  expect(logged.map(({ event, fields }) => [event, fields?.reason])).toEqual([
    ['policy.refused', 'not-json'],
    ['policy.entry-ignored', 'invalid'],
    ['policy.entry-ignored', 'unknown'],
    ['policy.entry-ignored', 'not-for-policies'],
  ])
  for (const { fields } of logged) expect(isWord(fields?.reason)).toBe(true)
  expect(logged.map(({ fields }) => fields?.entry ?? null)).toEqual([null, 'theme', null, 'lastConversationId'])
  for (const { fields } of logged) expect(isWord(fields?.entry ?? 'theme')).toBe(true)
})

test('a folder to try policies is for development alone', () => {
  const env = { HESTAMI_POLICY_FOLDER: '/tmp/policies' }
  expect(readPolicyFolder(env, { packaged: true })).toBeNull()
  expect(readPolicyFolder(env, { packaged: false })).toBe('/tmp/policies')
  expect(readPolicyFolder({}, { packaged: false })).toBeNull()
  expect(readPolicyFolder({ HESTAMI_POLICY_FOLDER: '' }, { packaged: false })).toBeNull()
})

test('settings follow a folder that is made, changed and taken away while the app runs', async () => {
  const policies = join(folder, 'policies')
  const put = (value: object): void => {
    // As packages and tools for fleets do it: whole, by renaming.
    const path = join(folder, 'new')
    writeFileSync(path, JSON.stringify(value), { mode: 0o644 })
    renameSync(path, join(policies, '1.json'))
  }
  const opened = await openDesktopPolicy({ flavour: flavours.debug, env: {}, folder: policies, log })
  expect(opened.policy).toEqual(noPolicy)
  const changes: unknown[] = []
  const settings = createSettings({
    folder: join(folder, 'data'),
    log,
    policy: opened.policy,
    onChange: ({ theme }) => void changes.push(theme),
  })
  const stop = opened.follow(settings, { onResume: () => () => undefined })
  try {
    settings.set({ theme: 'light' })
    mkdirSync(policies, { mode: 0o755 })
    put({ enforced: { theme: 'dark' } })
    await expect.poll(() => settings.get().theme, { timeout: 10_000 }).toBe('dark')
    expect(settings.origins()['theme']).toEqual({ by: 'policy', from: join(policies, '1.json') })
    put({ recommended: { theme: 'dark', zoom: 2, uploads: 'no' } })
    await expect.poll(() => settings.get().theme, { timeout: 10_000 }).toBe('light')
    expect(settings.get().zoom).toBe(2)
    rmSync(policies, { recursive: true })
    await expect.poll(() => settings.get().zoom, { timeout: 10_000 }).toBe(1)
    expect(changes).toEqual(['light', 'dark', 'light', 'light'])
    // However often it was read.
    expect(logged.map(({ event }) => event)).toEqual(['policy.entry-ignored'])
  } finally {
    stop()
  }
})

describe('where no file tells of a change', () => {
  const follow = (read: () => Promise<Policy>, every?: number) => {
    const applied: Policy[] = []
    let resume = (): void => undefined
    let subscribed = false
    const stop = followPolicy({
      current: noPolicy,
      read,
      apply: (policy) => void applied.push(policy),
      folder: null,
      onResume: (listener) => {
        resume = listener
        subscribed = true
        return () => void (subscribed = false)
      },
      every,
    })
    return { applied, stop, resume: () => resume(), subscribed: () => subscribed }
  }

  test('it is looked for after sleep, and applied once', async () => {
    const { applied, stop, resume, subscribed } = follow(async () => await Promise.resolve(dark))
    resume()
    await expect.poll(() => applied).toEqual([dark])
    resume()
    await new Promise(setImmediate)
    expect(applied).toEqual([dark])
    stop()
    expect(subscribed()).toBe(false)
  })

  test('it is looked for at intervals', async () => {
    const { applied, stop } = follow(async () => await Promise.resolve(dark), 5)
    await expect.poll(() => applied).toEqual([dark])
    stop()
  })

  test('a slow answer does not undo a later one, and none comes after the end', async () => {
    const answers: ((policy: Policy) => void)[] = []
    const { applied, stop, resume } = follow(async () => await new Promise((resolve) => answers.push(resolve)))
    resume()
    resume()
    answers[1]?.(dark)
    answers[0]?.({ enforced: {}, defaults: { zoom: { value: 2, from: 'old' } } })
    await new Promise(setImmediate)
    expect(applied).toEqual([dark])
    resume()
    stop()
    answers[2]?.(noPolicy)
    await new Promise(setImmediate)
    expect(applied).toEqual([dark])
  })
})
