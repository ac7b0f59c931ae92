import { expect, test } from 'vitest'
import { parseProxy } from './proxy.ts'

test('a proxy is shown without its user, who is only for the proxy', () => {
  const proxy = parseProxy('http://us%C3%A9r:p%40ss@proxy.example:8080')
  expect(proxy).toMatchObject({ host: 'proxy.example', port: 8080, shown: 'http://proxy.example:8080' })
  expect(Buffer.from((proxy.authorization ?? '').slice('Basic '.length), 'base64').toString()).toBe('usér:p@ss')
  expect(parseProxy('https://proxy.example')).toMatchObject({ secure: true, port: 443, authorization: null })
  expect(parseProxy('http://[2001:db8::1]:3128')).toMatchObject({ host: '2001:db8::1', port: 3128 })
})

test.each(['', 'DIRECT', 'socks5://proxy.example:1080'])('%j is none', (url) => {
  expect(() => parseProxy(url)).toThrow('proxy-unknown')
})
