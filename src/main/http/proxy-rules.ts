const schemes: Readonly<Record<string, string>> = { PROXY: 'http', HTTP: 'http', HTTPS: 'https' }

/**
 * What a PAC answer (`PROXY a:8080; PROXY b:8080; DIRECT`) names that the app's HTTP can use, in its order: `http://host:port`,
 * `https://host:port`, null for a direct connection. SOCKS and what makes no sense is passed over; nothing left means direct.
 */
export function proxyList(rules: string): (string | null)[] {
  const found: (string | null)[] = []
  for (const rule of rules.split(';')) {
    const [kind = '', address = ''] = rule.trim().split(/\s+/)
    const direct = kind.toUpperCase() === 'DIRECT'
    const scheme = schemes[kind.toUpperCase()]
    const url = scheme === undefined ? null : URL.parse(`${scheme}://${address}`)
    if (direct && !found.includes(null)) found.push(null)
    else if (url !== null && url.host !== '' && url.username === '' && url.pathname === '/') {
      const proxy = `${scheme}://${address}`
      if (!found.includes(proxy)) found.push(proxy)
    }
  }
  return found.length === 0 ? [null] : found
}

/** The first of them. */
export const firstProxy = (rules: string): string | null => proxyList(rules)[0] ?? null
