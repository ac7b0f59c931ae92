import { arch, release } from 'node:os'
import type { AppInfo } from '../../contract/app.ts'
import type { Host } from '../host.ts'

/** What this build is, and what support asks for first. */
export function appInfo(host: Host, replayOf: string | null): AppInfo {
  const { chrome, electron, node } = process.versions as Readonly<Record<string, string | undefined>>
  const engines = [
    ...(electron === undefined ? [] : [`Electron ${electron}`]),
    ...(chrome === undefined ? [] : [`Chromium ${chrome}`]),
    `Node.js ${node}`,
  ]
  return {
    name: host.name,
    version: host.version,
    flavour: host.flavour.name,
    updateChannel: host.flavour.updateChannel,
    build: host.build,
    host: host.kind,
    platform: process.platform,
    replayOf,
    details: [
      `${host.name} ${host.version}`,
      `Channel: ${host.flavour.updateChannel}`,
      `Build: ${host.build}`,
      `System: ${process.platform} ${release()} ${arch()}`,
      engines.join(', '),
    ].join('\n'),
  }
}
