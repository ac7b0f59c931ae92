import { createServer, request } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

const user = { name: 'OFFICE\\me', password: 'p:w' }
const wanted = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`
const demand = { 'proxy-authenticate': 'Basic realm="Head office"' }
const passed: string[] = []

/** A proxy that lets nobody through without a name and a password. */
const proxy: Server = createServer((asked, answer) => {
  const { 'proxy-authorization': shown, ...headers } = asked.headers
  if (shown !== wanted) return void answer.writeHead(407, demand).end()
  passed.push(asked.url ?? '')
  const on = request(asked.url ?? '', { method: asked.method ?? 'GET', headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(answer)
  })
  on.on('error', () => answer.destroy())
  asked.pipe(on)
})
proxy.on('connect', ({ headers }, socket) => {
  socket.on('error', () => undefined)
  const known = headers['proxy-authorization'] === wanted
  socket.end(
    known ? 'HTTP/1.1 200 OK\r\n\r\n' : `HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="Head office"\r\n\r\n`,
  )
})

let setting: Setting
beforeAll(async () => {
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  const at = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const network = {
    resolveProxy: async () => await Promise.resolve(at),
    proxies: async () => await Promise.resolve(['http://127.0.0.1:1', at]),
    certificates: async () => await Promise.resolve([]),
  }
  setting = await openSetting({ keychain: createMemoryKeychain(), parts: { network } })
})
afterAll(async () => {
  await setting.close()
  proxy.closeAllConnections()
  proxy.close()
})

test('a proxy that wants to know who asks is signed in to once, past one that does not answer', async () => {
  const page = setting.page()
  const dialog = page.getByRole('dialog', { name: 'Proxy sign-in' })
  const { demo } = setting.stack
  await page.getByLabel('Email').fill(demo.email)
  await page.getByLabel('Password').fill(demo.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await dialog.getByText('“Head office”').waitFor()
  expect(passed).toEqual([])

  const give = async (password: string): Promise<void> => {
    await dialog.getByLabel('User name').fill(user.name)
    await dialog.getByLabel('Password').fill(password)
    await dialog.getByRole('button', { name: 'Sign in' }).click()
  }
  await give('wrong')
  await dialog.getByRole('alert').getByText('did not take').waitFor()
  await give(user.password)
  await dialog.waitFor({ state: 'detached' })

  await setting.me().signIn(demo.email, demo.password)
  await setting.me().messageBox.waitFor()
  expect(passed.length).toBeGreaterThan(3)
})

test('what was given is in nothing that is kept or asked for', async () => {
  const { readdirSync, readFileSync, statSync } = await import('node:fs')
  const { join } = await import('node:path')
  const folder = join(setting.folder, 'app')
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    if (!statSync(path).isFile()) continue
    const bytes = readFileSync(path)
    for (const secret of [user.name, wanted.slice(6), 'OFFICE%5Cme'])
      expect([name, bytes.includes(secret)]).toEqual([name, false])
  }
})

test('the page had no errors', () => expect(setting.errors).toEqual([]))
