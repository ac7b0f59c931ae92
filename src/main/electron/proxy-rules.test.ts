import { expect, test } from 'vitest'
import { firstProxy } from './proxy-rules.ts'

test.each([
  ['DIRECT', null],
  ['', null],
  ['PROXY proxy.example:8080', 'http://proxy.example:8080'],
  ['PROXY proxy.example:8080; DIRECT', 'http://proxy.example:8080'],
  ['  proxy   [::1]:3128 ;DIRECT', 'http://[::1]:3128'],
  ['HTTPS proxy.example:443; PROXY other.example:80', 'https://proxy.example:443'],
  ['SOCKS5 socks.example:1080; PROXY proxy.example:8080', 'http://proxy.example:8080'],
  ['SOCKS socks.example:1080', null],
  ['SOCKS socks.example:1080; DIRECT; PROXY proxy.example:8080', null],
  ['PROXY', null],
])('%s', (rules, proxy) => {
  expect(firstProxy(rules)).toBe(proxy)
})
