import { beforeEach, describe, expect, test } from 'vitest'
import type { ProxyLogin } from '../../contract/proxy.ts'
import { createProxies } from './proxies.ts'
import type { Proxies } from './proxies.ts'
import type { ProxyAnswer } from './proxy-probe.ts'

const a = 'http://a.example:8080'
const b = 'http://b.example:8080'
const url = 'https://chat.example/api'
const usable: ProxyAnswer = { kind: 'usable' }
const silent: ProxyAnswer = { kind: 'silent' }
const login: ProxyAnswer = { kind: 'login', realm: 'Head office', supported: true }

let answers: Record<string, ProxyAnswer>
let probed: string[]
let told: (ProxyLogin | null)[]
let signedIn: number
let clock: number
let list: (string | null)[]
beforeEach(() => {
  answers = {}
  probed = []
  told = []
  signedIn = 0
  clock = 0
  list = [a]
})

const open = (): Proxies =>
  createProxies({
    network: {
      resolveProxy: async () => await Promise.reject(new Error('the list is there')),
      proxies: async () => await Promise.resolve(list),
      certificates: async () => await Promise.resolve([]),
    },
    probe: async (proxy) => {
      probed.push(proxy)
      return await Promise.resolve(answers[proxy] ?? usable)
    },
    emit: (next) => void told.push(next),
    onSignedIn: () => void signedIn++,
    log: () => undefined,
    now: () => clock,
  })

describe('which proxy', () => {
  test('none: nothing is asked', async () => {
    list = [null]
    expect(await open().network.resolveProxy(url)).toBeNull()
    expect(probed).toEqual([])
  })

  test('the first that answers, in the order of the system', async () => {
    list = [a, b, null]
    answers = { [a]: silent }
    expect(await open().network.resolveProxy(url)).toBe(b)
    answers = { [a]: silent, [b]: silent }
    expect(await open().network.resolveProxy(url)).toBeNull()
    list = [null, a]
    expect(await open().network.resolveProxy(url)).toBeNull()
  })

  test('when none answers the first one is tried, so that its failure is told', async () => {
    list = [a, b]
    answers = { [a]: silent, [b]: silent }
    expect(await open().network.resolveProxy(url)).toBe(a)
  })

  test('asked once in ten minutes; one that was silent, once in a minute', async () => {
    list = [a, b]
    answers = { [a]: silent }
    const { network } = open()
    await Promise.all([network.resolveProxy(url), network.resolveProxy(url)])
    expect(probed).toEqual([a, b])
    clock = 59_999
    await network.resolveProxy(url)
    expect(probed).toEqual([a, b])
    clock = 60_000
    answers = {}
    expect(await network.resolveProxy(url)).toBe(a)
    expect(probed).toEqual([a, b, a])
  })

  test('a host that knows one proxy at most is enough', async () => {
    const { network } = createProxies({
      network: {
        resolveProxy: async () => await Promise.resolve(a),
        certificates: async () => await Promise.resolve([]),
      },
      probe: async () => await Promise.resolve(usable),
      emit: () => undefined,
      onSignedIn: () => undefined,
      log: () => undefined,
    })
    expect(await network.resolveProxy(url)).toBe(a)
  })
})

describe('a proxy that wants to know who asks', () => {
  const user = { username: 'DOMAIN\\me@x', password: 'p:w/ü' }
  const asUser = 'http://DOMAIN%5Cme%40x:p%3Aw%2F%C3%BC@a.example:8080'
  beforeEach(() => {
    answers = { [a]: login }
  })

  test('is told once, and used without until then', async () => {
    const proxies = open()
    expect(await proxies.network.resolveProxy(url)).toBe(a)
    await proxies.network.resolveProxy('https://platform.example')
    expect(told).toEqual([{ proxy: 'a.example:8080', realm: 'Head office', refused: false, supported: true }])
    expect(proxies.login()).toEqual(told[0])
  })

  test('takes the sign-in: it is in the address from then on, for this proxy alone', async () => {
    const proxies = open()
    await proxies.network.resolveProxy(url)
    answers = { [a]: login, [asUser]: usable }
    await proxies.signIn(user)
    expect([told.at(-1), proxies.login(), signedIn]).toEqual([null, null, 1])
    expect(await proxies.network.resolveProxy(url)).toBe(asUser)
    expect(proxies.userOf('a.example:8080')).toEqual(user)
    expect(proxies.userOf('b.example:8080')).toBeNull()
    list = [b]
    expect(await proxies.network.resolveProxy(url)).toBe(b)
  })

  test('does not take it: it is asked for again, and not sent again by itself', async () => {
    const proxies = open()
    await proxies.network.resolveProxy(url)
    answers = { [a]: login, [asUser]: login }
    await proxies.signIn(user)
    expect(told.at(-1)).toMatchObject({ refused: true })
    expect([signedIn, proxies.userOf('a.example:8080')]).toEqual([0, null])
    expect(await proxies.network.resolveProxy(url)).toBe(a)
    expect(probed.filter((proxy) => proxy === asUser)).toHaveLength(1)
  })

  test('does not take it any more: likewise', async () => {
    const proxies = open()
    await proxies.network.resolveProxy(url)
    answers = { [a]: login, [asUser]: usable }
    await proxies.signIn(user)
    answers = { [a]: login, [asUser]: login }
    clock += 10 * 60_000
    await proxies.network.resolveProxy(url)
    expect(told.at(-1)).toMatchObject({ proxy: 'a.example:8080', refused: true })
    await proxies.network.resolveProxy(url)
    expect(await proxies.network.resolveProxy(url)).toBe(a)
  })

  test('the user would rather not: nobody is asked until they try again', async () => {
    const proxies = open()
    await proxies.network.resolveProxy(url)
    proxies.dismiss()
    clock += 3_600_000
    await proxies.network.resolveProxy(url)
    expect(told).toHaveLength(2)
    expect(proxies.login()).toBeNull()
    proxies.askAgain()
    await proxies.network.resolveProxy(url)
    expect(proxies.login()).not.toBeNull()
  })

  test('lets everybody through again: the question goes', async () => {
    const proxies = open()
    await proxies.network.resolveProxy(url)
    answers = {}
    clock += 60_000
    await proxies.network.resolveProxy(url)
    expect(told.at(-1)).toBeNull()
  })

  test('nobody is asked: a sign-in goes nowhere', async () => {
    const proxies = open()
    await proxies.signIn(user)
    proxies.dismiss()
    expect([probed, told, signedIn]).toEqual([[], [], 0])
  })
})
