import type { ProxyLogin, ProxySignInInput } from '../../contract/proxy.ts'
import type { Host, Log } from '../host.ts'
import type { ProxyAnswer } from './proxy-probe.ts'

/** Milliseconds for which it counts what a proxy said when it was asked. */
const lasts = { usable: 10 * 60_000, login: 60_000, silent: 60_000 } as const

type Network = Host['network']

interface Deps {
  readonly network: Network
  /** Asks a proxy (with the user in its address, where there is one) for a way to `url`. Never rejects. */
  readonly probe: (proxy: string, url: string) => Promise<ProxyAnswer>
  readonly emit: (login: ProxyLogin | null) => void
  /** The proxy took the sign-in: what failed can be tried again. */
  readonly onSignedIn: () => void
  readonly log: Log
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number
}

/** The system's proxies: the first that answers is used, and the user is asked once when it wants to know who asks. */
export interface Proxies {
  /** The network as the app's HTTP uses it. The address of a proxy has the user in it, where there is one. */
  readonly network: Network
  /** Who is asked for now, if anybody. */
  login(): ProxyLogin | null
  /** Resolves when the proxy has been asked with it; kept in memory only, and for this proxy alone. */
  signIn(input: ProxySignInInput): Promise<void>
  /** The user would rather not; nobody is asked about this proxy until `askAgain`. */
  dismiss(): void
  askAgain(): void
  /** What the user gave for the proxy at `host:port`. */
  userOf(proxy: string): ProxySignInInput | null
}

const placeOf = (proxy: string): string => {
  const { hostname, port, protocol } = new URL(proxy)
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`
}

export function createProxies({ network, probe, emit, onSignedIn, log, now = () => performance.now() }: Deps): Proxies {
  const users = new Map<string, ProxySignInInput>()
  const asked = new Map<string, { readonly at: number; readonly answer: Promise<ProxyAnswer> }>()
  const dismissed = new Set<string>()
  let wanted: { readonly login: ProxyLogin; readonly proxy: string; readonly url: string } | null = null

  const withUser = (proxy: string): string => {
    const user = users.get(placeOf(proxy))
    if (user === undefined) return proxy
    const url = new URL(proxy)
    url.username = encodeURIComponent(user.username)
    url.password = encodeURIComponent(user.password)
    return url.href.replace(/\/$/, '')
  }
  const tell = (next: typeof wanted): void => {
    wanted = next
    emit(next?.login ?? null)
  }

  /** What the proxy said lately, or says now. */
  const ask = async (proxy: string, url: string): Promise<ProxyAnswer> => {
    const key = `${proxy} ${new URL(url).host}`
    const before = asked.get(key)
    if (before !== undefined) {
      const answer = await before.answer
      if (now() - before.at < lasts[answer.kind]) return answer
    }
    const answer = probe(withUser(proxy), url)
    asked.set(key, { at: now(), answer })
    return await answer
  }

  const judge = (proxy: string, url: string, answer: ProxyAnswer): void => {
    const place = placeOf(proxy)
    if (answer.kind === 'usable' && wanted?.login.proxy === place) tell(null)
    if (answer.kind !== 'login' || wanted !== null || dismissed.has(place)) return
    const { realm, supported } = answer
    // Never the same again by itself: that is how accounts get locked.
    const refused = users.delete(place)
    log({ level: 'info', event: 'proxy.wants-sign-in', fields: { supported } })
    tell({ login: { proxy: place, realm, supported, refused }, proxy, url })
  }

  const resolveProxy = async (url: string): Promise<string | null> => {
    const all = (await network.proxies?.(url)) ?? [await network.resolveProxy(url)]
    for (const proxy of all) {
      if (proxy === null) return null
      const answer = await ask(proxy, url)
      judge(proxy, url, answer)
      if (answer.kind !== 'silent') return withUser(proxy)
      log({ level: 'warn', event: 'proxy.silent' })
    }
    // None answers: the first one's failure is what is told.
    const [first = null] = all
    return first
  }

  return {
    network: { ...network, resolveProxy },
    login: () => wanted?.login ?? null,
    async signIn(input) {
      if (wanted === null) return
      const { proxy, url, login } = wanted
      users.set(login.proxy, input)
      asked.clear()
      const answer = await ask(proxy, url)
      if (answer.kind === 'login') {
        users.delete(login.proxy)
        asked.clear()
        return tell({ proxy, url, login: { ...login, realm: answer.realm, refused: true } })
      }
      tell(null)
      onSignedIn()
    },
    dismiss() {
      if (wanted === null) return
      dismissed.add(wanted.login.proxy)
      tell(null)
    },
    askAgain() {
      dismissed.clear()
      asked.clear()
    },
    userOf: (proxy) => users.get(proxy) ?? null,
  }
}
