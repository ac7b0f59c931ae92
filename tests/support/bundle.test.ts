import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bundleLine } from '../../src/contract/bundle-lines.ts'
import type { BundleLine, BundleLineOf, BundleSection } from '../../src/contract/bundle-lines.ts'
import { factName } from '../../src/contract/diagnostics.ts'
import type { CheckResult } from '../../src/contract/diagnostics.ts'
import { defaultSettings } from '../../src/contract/setting-defaults.ts'
import { settingNames } from '../../src/contract/settings.ts'
import type { SettingOrigins } from '../../src/contract/settings.ts'
import type { Exchange, SupportBundle } from '../../src/contract/support.ts'
import { flavours } from '../../src/main/flavour.ts'
import { createBundle } from '../../src/main/support/bundle.ts'
import { createLog } from '../../src/main/support/log.ts'
import { createCanaries, createPlanter } from './harness/canaries.ts'
import { createDetector } from './harness/detector.ts'

type Deps = Parameters<typeof createBundle>[0]

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-bundle-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const origins = Object.fromEntries(
  settingNames.map((name) => [name, { by: 'default', from: null }]),
) as unknown as SettingOrigins

const deps = (patch: Partial<Deps> = {}): Deps => ({
  host: {
    version: '1.4.0-beta.2',
    flavour: flavours.beta,
    build: '3f2a1c9 (2026-11-20)',
    kind: 'electron',
    paths: { data: folder, logs: folder },
    logFile: createLog(folder),
  },
  origins: { platform: 'https://home.example.com', librechat: 'https://chat.example.com' },
  settings: { get: () => defaultSettings, origins: () => origins },
  activity: { phases: () => [] },
  updates: { state: () => ({ status: { phase: 'off', reason: 'not-supported' }, outcome: null }) },
  diagnostics: { last: () => [] },
  cache: () => null,
  timeline: () => [],
  ...patch,
})
const parsed = ({ lines }: SupportBundle): BundleLine[] => lines.map((line) => bundleLine.parse(JSON.parse(line)))
const of = <S extends BundleSection>(lines: readonly BundleLine[], section: S): BundleLineOf<S>[] =>
  lines.filter((line) => line.section === section) as BundleLineOf<S>[]

const exchange: Exchange = {
  id: 1,
  server: 'librechat',
  method: 'GET',
  route: '/api/messages/:id',
  startedAt: 1_795_000_000_000,
  connectMs: 4,
  headersMs: 12,
  firstByteMs: 13,
  endMs: 20,
  longestGapMs: 3,
  chunks: 4,
  status: 200,
  content: 'json',
  sentBytes: 0,
  receivedBytes: 4000,
  fault: null,
  said: null,
  injected: false,
}
const step: CheckResult = {
  runId: '3f2a1c9e-0000-4000-8000-000000000001',
  check: 'tls',
  server: 'librechat',
  state: 'ok',
  finding: 'tls-private-issuer',
  facts: [],
  ms: 12,
}

describe('what is in it', () => {
  test('what ran and where, without the name of anybody or anything', async () => {
    const [header] = of(parsed(await createBundle(deps())()), 'header')
    expect(header).toMatchObject({
      format: 1,
      version: '1.4.0-beta.2',
      flavour: 'beta',
      channel: 'beta',
      build: '3f2a1c9 (2026-11-20)',
      host: 'electron',
      platform: process.platform,
      node: process.versions.node,
      servers: { platform: 'https', librechat: 'https' },
    })
  })

  test('settings by value where that says nothing of anybody, and who set each from what kind of place', async () => {
    const settings = {
      ...defaultSettings,
      zoom: 1.25,
      quickShortcut: 'Control+Shift+K',
      spellcheckLanguages: ['en-GB'],
      updateMirror: 'https://mirror.example/',
      lastConversationId: 'c1',
    }
    const set: SettingOrigins = {
      ...origins,
      theme: { by: 'user', from: null },
      zoom: { by: 'policy', from: 'HKLM\\Software\\Policies\\Hestami\\Chat' },
      updates: { by: 'policy', from: '/Library/Managed Preferences/com.hestami.chat.plist' },
      uploads: { by: 'policy-default', from: '/etc/hestami-chat/policy.json' },
      updateMirror: { by: 'policy', from: 'somewhere' },
    }
    const lines = of(
      parsed(await createBundle(deps({ settings: { get: () => settings, origins: () => set } }))()),
      'settings',
    )
    const short = Object.fromEntries(lines.map(({ name, value, by, from }) => [name, [value, by, from]]))
    expect(Object.keys(short)).toEqual(settingNames)
    expect(short).toMatchObject({
      theme: ['system', 'user', null],
      zoom: [1.25, 'policy', 'registry'],
      trayIcon: [false, 'default', null],
      updates: [true, 'policy', 'managed-preferences'],
      uploads: [true, 'policy-default', 'file'],
      updateMirror: ['set', 'policy', 'other'],
      platformUrl: [null, 'default', null],
      quickShortcut: ['set', 'default', null],
      spellcheckLanguages: ['set', 'default', null],
      lastConversationId: ['set', 'default', null],
    })
  })

  test('the steps of the last connection check, with addresses by their kind', async () => {
    const facts = [
      { name: 'address', value: 'https://chat.corp.example:8443' },
      { name: 'proxy', value: 'http://proxy.corp.example:3128' },
      { name: 'addresses', value: '10.1.2.3, 203.0.113.7, 2001:db8::7, fd00::1' },
      { name: 'connected-to', value: '[2001:db8::7]:443' },
      { name: 'tls-version', value: 'TLSv1.3' },
      { name: 'issuer', value: 'Corp Inspection CA' },
      { name: 'certificate-for', value: 'chat.corp.example' },
      { name: 'valid-until', value: '2027-02-11T08:00:00.000Z' },
      { name: 'content-type', value: 'text/html; charset=x' },
      { name: 'proxy-sign-in', value: 'NTLM, Basic' },
      { name: 'error', value: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      { name: 'free-space', value: '51402117120' },
      { name: 'first-piece', value: '113 ms' },
      { name: 'model', value: 'gpt-4o' },
    ] as const
    const diagnostics = { last: () => [{ ...step, facts: [...facts] }] }
    const [found] = of(parsed(await createBundle(deps({ diagnostics }))()), 'check')
    expect(found).toMatchObject({ check: 'tls', finding: 'tls-private-issuer', ms: 12 })
    expect(Object.fromEntries(found!.facts.map(({ name, value }) => [name, value]))).toEqual({
      address: 'https name :8443',
      proxy: 'http name :3128',
      addresses: '1 IPv4 private + 1 IPv4 public + 1 IPv6 public + 1 IPv6 private',
      'connected-to': 'IPv6 public :443',
      'tls-version': 'TLSv1.3',
      issuer: '[left out]',
      'certificate-for': '[left out]',
      'valid-until': '2027-02-11T08:00:00.000Z',
      'content-type': 'text/html',
      'proxy-sign-in': 'NTLM+Basic',
      error: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      'free-space': '49020 MB',
      'first-piece': '113 ms',
      model: '[left out]',
    })
  })

  test('crashes also of a time whose other lines no longer fit, and the network timeline', async () => {
    const { host } = deps()
    const { log } = createLog(folder)
    log({ level: 'error', event: 'window.crashed', fields: { reason: 'oom', exitCode: 5 } })
    log({ level: 'info', event: 'app.quit', fields: { outcome: 'closed' } })
    const made = await createBundle(
      deps({ host, timeline: () => [exchange, { ...exchange, id: 2, fault: 'reset' }] }),
    )()
    expect(of(parsed(made), 'crash')).toMatchObject([
      { event: 'window.crashed', fields: { reason: 'oom', exitCode: 5 } },
    ])
    expect(of(parsed(made), 'exchange')).toMatchObject([exchange, { id: 2, fault: 'reset' }])
    expect(made.fileName).toMatch(/^hestami-support-\d{4}-\d\d-\d\d\.jsonl$/)
  })

  test('what the disk did not take is there all the same', async () => {
    const logFile = createLog(folder, {
      append: () => {
        throw new Error('full')
      },
    })
    logFile.log({ level: 'warn', event: 'cache.failed', fields: { code: 'SQLITE_FULL' } })
    const lines = parsed(await createBundle(deps({ host: { ...deps().host, logFile } }))())
    expect(of(lines, 'log')).toMatchObject([{ event: 'cache.failed', fields: { code: 'SQLITE_FULL' } }])
    expect(of(lines, 'storage')).toMatchObject([{ linesLost: 1 }])
  })

  test('a part that cannot be read is missing, counted, and takes nothing else with it', async () => {
    const broken = (): never => {
      throw new Error('canary')
    }
    const patch = {
      diagnostics: { last: broken },
      updates: { state: broken },
      cache: broken,
      activity: { phases: broken },
    }
    const lines = parsed(await createBundle(deps(patch))())
    expect(new Set(lines.map(({ section }) => section))).toEqual(new Set(['header', 'settings', 'end']))
    expect(lines.at(-1)).toMatchObject({ unreadable: 4 })
    expect(JSON.stringify(lines)).not.toContain('canary')
  })
})

test('10 MB of log become less than 5 MB in less than 10 s: the oldest lines go, and how many is told', async () => {
  const line = (ms: number, event = 'bridge.call'): string =>
    JSON.stringify({
      at: '2026-11-23T08:00:00.000Z',
      level: event === 'defect' ? 'error' : 'debug',
      event,
      route: 'conversations.page',
      ms,
    })
  let next = 0
  for (const name of ['app.log.4', 'app.log.3', 'app.log.2', 'app.log.1', 'app.log']) {
    const lines = [line(next++, 'defect')]
    for (let size = 0; size < 2_000_000; size += 110) lines.push(line(next++))
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
  }
  const began = performance.now()
  const { lines } = await createBundle(deps())()
  expect(performance.now() - began).toBeLessThan(10_000)
  const bytes = Buffer.byteLength(lines.join('\n'))
  expect(bytes).toBeLessThan(5_000_000)
  expect(bytes).toBeGreaterThan(4_500_000)
  const all = lines.map((one) => JSON.parse(one) as BundleLine)
  const kept = of(all, 'log').map(({ fields }) => fields['ms'] as number)
  expect(kept).toEqual(Array.from({ length: kept.length }, (_none, index) => next - kept.length + index))
  expect(of(all, 'crash')).toHaveLength(5)
  const end = all.at(-1) as BundleLineOf<'end'>
  expect(end.tooOld).toBe(next - kept.length)
  expect(end.lines).toBe(lines.length - 1)
})

test('0 of 2,100 canaries come through from any part, whatever it holds', async () => {
  const canaries = createCanaries(2100, 62)
  const { next, planted } = createPlanter(canaries)
  const raw: unknown[] = []
  const made = new Set<string>()
  const detector = createDetector(canaries)
  while (planted() < canaries.length * 21) {
    const settings = Object.fromEntries(settingNames.map((name) => [name, next()]))
    const from = Object.fromEntries(
      settingNames.map((name, index) => [name, { by: index % 7 === 0 ? next() : 'policy', from: `${next()}.json` }]),
    )
    const update = { version: next(), size: 1, releasedAt: null, notes: next() }
    const states = [
      { status: { phase: 'available', update }, outcome: { kind: 'unhealthy', version: next(), url: next() } },
      {
        status: { phase: 'failed', update, problem: next() },
        outcome: { kind: 'updated', from: next(), to: next(), notes: next() },
      },
      { status: { phase: next(), [next()]: next() }, outcome: null },
    ]
    const check = {
      ...step,
      ...(planted() % 3 === 0 ? { finding: next() } : {}),
      [next()]: next(),
      facts: [...factName.options.map((name) => ({ name, value: next() })), { name: next(), value: next() }].slice(
        planted() % 2 === 0 ? 0 : 10,
        30,
      ),
    }
    const given = {
      host: { ...deps().host, version: next(), build: next(), name: next() },
      origins: { platform: `https://${canaries[0]!.core}.example`, librechat: `https://${canaries[1]!.core}.example` },
      settings,
      from,
      phases: [
        {
          section: 'session',
          at: 1,
          phase: 'expired',
          reason: null,
          error: next(),
          keychain: null,
          online: null,
          remembered: null,
        },
        {
          section: 'session',
          at: 1,
          phase: 'expired',
          reason: null,
          error: null,
          keychain: null,
          online: null,
          remembered: null,
          [next()]: next(),
        },
        { section: 'log', at: new Date().toISOString(), level: 'info', event: 'app.started', fields: { code: next() } },
      ],
      states,
      checks: [check, { ...step, facts: factName.options.slice(0, 20).map((name) => ({ name, value: next() })) }],
      health: { inMemory: next(), schema: next(), pages: next() },
      exchanges: Array.from({ length: 60 }, () => ({
        ...exchange,
        method: planted() % 5 === 0 ? next() : 'GET',
        route: `/api/messages/${next()}?${next()}`,
        fault: next(),
        ...(planted() % 7 === 0 ? { said: next() } : {}),
        ...(planted() % 11 === 0 ? { content: next() } : {}),
      })),
    }
    raw.push(given.exchanges, given.checks)
    const bundle = await createBundle(
      deps({
        ...given,
        settings: { get: () => settings, origins: () => from },
        activity: { phases: () => given.phases },
        updates: { state: () => states[made.size % states.length] },
        diagnostics: { last: () => given.checks },
        cache: () => ({ health: () => given.health }),
        timeline: () => given.exchanges,
      } as unknown as Partial<Deps>),
    )()
    for (const line of bundle.lines) {
      bundleLine.parse(JSON.parse(line))
      made.add(line)
    }
  }
  expect(made.size).toBeGreaterThan(100)
  expect(detector.find(JSON.stringify(raw).slice(0, 600_000)).size).toBeGreaterThan(1000)
  expect([...detector.find([...made].join('\n'))]).toEqual([])
})
