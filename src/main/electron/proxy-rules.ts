const schemes: Readonly<Record<string, string>> = { PROXY: 'http', HTTP: 'http', HTTPS: 'https' }

/**
 * The first proxy of a PAC answer (`PROXY host:port; DIRECT`) that the app's HTTP can use, as `http://host:port` or
 * `https://host:port`; null for a direct connection. SOCKS entries are passed over.
 */
export function firstProxy(rules: string): string | null {
  for (const rule of rules.split(';')) {
    const [kind = '', address = ''] = rule.trim().split(/\s+/)
    if (kind.toUpperCase() === 'DIRECT') return null
    const scheme = schemes[kind.toUpperCase()]
    if (scheme !== undefined && address !== '') return `${scheme}://${address}`
  }
  return null
}
