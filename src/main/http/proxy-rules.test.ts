import { expect, test } from 'vitest'
import { firstProxy, proxyList } from './proxy-rules.ts'

test.each([
  ['DIRECT', [null]],
  ['', [null]],
  ['PROXY proxy.example:8080', ['http://proxy.example:8080']],
  ['PROXY proxy.example:8080; DIRECT', ['http://proxy.example:8080', null]],
  [
    'PROXY a.example:8080;PROXY b.example:8081 ; HTTPS c.example',
    ['http://a.example:8080', 'http://b.example:8081', 'https://c.example'],
  ],
  ['  proxy   [::1]:3128 ;DIRECT', ['http://[::1]:3128', null]],
  ['SOCKS5 socks.example:1080; PROXY proxy.example:8080', ['http://proxy.example:8080']],
  ['SOCKS socks.example:1080', [null]],
  ['SOCKS socks.example:1080; DIRECT; PROXY proxy.example:8080', [null, 'http://proxy.example:8080']],
  ['DIRECT; DIRECT; PROXY a:1; PROXY a:1', [null, 'http://a:1']],
  ['PROXY', [null]],
  ['PROXY a:99999; PROXY u:p@b:1; PROXY c/d; PROXY :80; QUIC e:443', [null]],
  [';;;', [null]],
])('%s', (rules, proxies) => {
  expect(proxyList(rules)).toEqual(proxies)
  expect(firstProxy(rules)).toBe(proxies[0])
})
