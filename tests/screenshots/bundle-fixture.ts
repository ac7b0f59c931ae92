import { settingNames } from '../../src/contract/settings.ts'
import type { SupportBundle } from '../../src/contract/support.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 8, minute)).toISOString()
const log = (minute: number, event: string, fields: object, level = 'info'): object => ({
  section: 'log',
  at: at(minute),
  level,
  event,
  fields,
})

/** As the app writes one, with so many lines of log. */
export function bundle(lines: number): SupportBundle {
  const header = {
    section: 'header',
    format: 1,
    writtenAt: Date.UTC(2026, 10, 23, 9),
    version: '1.4.0',
    flavour: 'production',
    channel: 'stable',
    build: '3f2a1c9 (2026-11-20)',
    host: 'electron',
    platform: 'linux',
    arch: 'x64',
    system: '6.12.9',
    electron: '45.4.1',
    chromium: '152.0.7390.12',
    node: '24.21.0',
    locale: 'en-GB',
    utcOffset: 60,
    uptime: 4210,
    memory: 15_872,
    used: 212,
    servers: { platform: 'https', librechat: 'https' },
  }
  const settings = settingNames.map((name) => ({ section: 'settings', name, value: null, by: 'default', from: null }))
  const session = ['starting', 'signed-in'].map((phase, index) => ({
    section: 'session',
    at: Date.UTC(2026, 10, 23, 8, index),
    phase,
    reason: null,
    error: null,
    keychain: null,
    online: null,
    remembered: null,
  }))
  const crash = { ...log(1, 'window.crashed', { reason: 'oom', exitCode: 5 }, 'error'), section: 'crash' }
  const path = '/api/messages/:id'
  const logged = Array.from({ length: lines }, (_none, index) =>
    index % 7 === 0
      ? log(index, 'http.unreachable', { server: 'librechat', reason: 'timeout' }, 'warn')
      : log(index, 'http.answer', {
          server: 'librechat',
          method: 'GET',
          path,
          status: 200,
          ms: 40 + index,
          bytes: 4711,
        }),
  )
  const all = [header, ...settings, ...session, crash, ...logged]
  const end = { section: 'end', lines: all.length, tooOld: lines > 1000 ? 2841 : 0, unreadable: 0, removed: 0 }
  return {
    fileName: 'hestami-support-2026-11-23.jsonl',
    lines: [...all, end].map((line) => JSON.stringify(line)),
  }
}
