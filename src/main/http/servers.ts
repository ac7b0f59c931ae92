import type { ProxyLogin } from '../../contract/proxy.ts'
import type { Host } from '../host.ts'
import { createHttp } from './client.ts'
import type { Http } from './http.ts'
import type { Injector } from './injection.ts'
import { createProxies } from './proxies.ts'
import type { Proxies } from './proxies.ts'
import { probeProxy } from './proxy-probe.ts'
import { createTimeline } from './timeline.ts'
import type { Timeline } from './timeline.ts'
import { userAgent as userAgentOf } from './user-agent.ts'

interface Deps {
  readonly host: Pick<Host, 'log' | 'network' | 'version'>
  readonly origins: { readonly platform: string; readonly librechat: string }
  /** Told after every exchange with LibreChat whether it answered at all. */
  readonly onReachable: (reachable: boolean) => void
  /** A proxy wants a sign-in; null: no more. */
  readonly onProxy: (login: ProxyLogin | null) => void
  readonly onProxySignedIn: () => void
  /** In developer builds alone: what changes exchanges, and who watches them. */
  readonly debug?: { readonly injector: Injector; watch(timeline: Timeline): void } | null
}

/** The ways to both servers: one HTTP client each, over the system's proxies. */
export interface Servers {
  readonly platform: Http
  readonly librechat: Http
  readonly proxies: Proxies
  readonly userAgent: string
  /** Every exchange with both servers, and with the update server. */
  readonly timeline: Timeline
  close(): void
}

export function createServers(deps: Deps): Servers {
  const { host, origins, onReachable, onProxy, onProxySignedIn, debug = null } = deps
  const { log } = host
  const timeline = createTimeline()
  debug?.watch(timeline)
  const userAgent = userAgentOf(host.version)
  const { certificates } = host.network
  const proxies = createProxies({
    network: host.network,
    probe: async (proxy, url) => await probeProxy(proxy, url, { userAgent, certificates }),
    emit: onProxy,
    onSignedIn: onProxySignedIn,
    log,
  })
  const shared = { userAgent, network: proxies.network, log, timeline, injector: debug?.injector ?? null }
  const platform = createHttp({ ...shared, origin: origins.platform, server: 'platform' })
  const librechat = createHttp({ ...shared, origin: origins.librechat, server: 'librechat', onReachable })
  return {
    platform,
    librechat,
    proxies,
    userAgent,
    timeline,
    close() {
      librechat.close()
      platform.close()
    },
  }
}
