import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import type { Style } from '../options.ts'
import { signedIn } from '../test-client.ts'
import type { SignedIn } from '../test-client.ts'

let client: SignedIn
afterEach(async () => await client.double.close())

test('the configuration has an anonymous and a signed-in view', async () => {
  client = await signedIn({ style: 'resumable' })
  const anonymous = await client.call('GET', '/api/config', { token: null })
  expect(anonymous.json).toMatchObject({ emailLoginEnabled: true, serverDomain: client.double.origin })
  expect(anonymous.json).not.toHaveProperty('modelSpecs')
  expect((await client.call('GET', '/api/config', { token: 'nonsense' })).json).toEqual(anonymous.json)
  const full = await client.call('GET', '/api/config')
  expect(full.json).toMatchObject({ titleGenerationTiming: 'immediate', balance: { enabled: false } })
})

test('the old version has one public view, and public endpoints', async () => {
  client = await signedIn({ style: 'post-stream' })
  const config = await client.call('GET', '/api/config', { token: null })
  expect(config.json.interface.modelSelect).toBe(true)
  expect(config.json).not.toHaveProperty('titleGenerationTiming')
  expect((await client.call('GET', '/api/endpoints', { token: null })).status).toBe(200)
  client.double.setStyle('resumable')
  expect((await client.call('GET', '/api/endpoints', { token: null })).status).toBe(401)
})

test('endpoints are JSON under text/html, and each has its models', async () => {
  client = await signedIn({ style: 'resumable' })
  const endpoints = await client.call('GET', '/api/endpoints')
  expect(endpoints.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(endpoints.json.OpenRouter).toMatchObject({ type: 'custom', userProvide: false })
  const models = await client.call('GET', '/api/models')
  expect(models.json.openAI).toEqual(['gpt-4o', 'gpt-4o-mini'])
  expect(models.json.anthropic).toEqual(['claude-sonnet-4-5'])
  expect(Object.keys(models.json)).toEqual(Object.keys(endpoints.json).filter((name) => name !== 'agents'))
  const agents = await client.call('GET', '/api/agents?requiredPermission=1&limit=100')
  expect(agents.json).toMatchObject({ object: 'list', has_more: false, data: [{ name: 'Code Helper' }] })
  expect(agents.json.data[0].id).toMatch(/^agent_/)
})

const unknown: [Style, number, string, string][] = [
  ['resumable', 404, 'application/json; charset=utf-8', '{"message":"Endpoint not found"}'],
  ['post-stream', 200, 'text/html; charset=utf-8', '<!DOCTYPE html>'],
]
test.each(unknown)('an unknown path of the API in style %s', async (style, status, type, begins) => {
  client = await signedIn({ style })
  for (const path of ['/api/nothing', '/api/agents/nothing', '/api/convos/a/b']) {
    const answer = await client.call('GET', path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type])
    expect(answer.text.startsWith(begins)).toBe(true)
  }
  expect((await client.call('GET', '/elsewhere')).text).toMatch(/^<!DOCTYPE html>/)
  expect((await client.call('GET', '/api/agents/nothing', { token: null })).status).toBe(401)
})

test('a request target that is no path does no harm', async () => {
  client = await signedIn({ style: 'resumable' })
  const socket = connect(Number(new URL(client.double.origin).port), '127.0.0.1')
  socket.end('GET // HTTP/1.1\r\nHost: x\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const answers = await text(socket)
  expect(answers.match(/^HTTP\/1\.1 20\d/gm)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 204'])
})

test('every answer says that it is the double', async () => {
  client = await signedIn({ style: 'resumable' })
  for (const path of ['/health', '/api/config', '/api/nothing', '/images/a/b', '/__double/requests', '/'])
    expect((await client.call('GET', path)).headers.get('x-librechat-double')).toBe('1')
  expect((await client.call('GET', '/health')).text).toBe('OK')
})

test('the balance is off in the way of the version', async () => {
  client = await signedIn({ style: 'resumable' })
  expect((await client.call('GET', '/api/balance')).status).toBe(204)
  client.double.setStyle('post-stream')
  expect((await client.call('GET', '/api/balance')).json).toEqual({ error: 'Balance not found' })
})

test('a malformed or oversized body', async () => {
  client = await signedIn({ style: 'resumable' })
  const send = { body: '{"arg":', headers: { 'content-type': 'application/json' } }
  const broken = await client.call('POST', '/api/convos/update', send)
  expect([broken.status, broken.json.error]).toEqual([400, 'Invalid JSON format'])
  const large = await client.call('POST', '/api/convos/update', { json: { arg: 'x'.repeat(3 * 1024 * 1024) } })
  expect([large.status, large.text]).toEqual([500, 'An unknown error occurred.'])
  client.double.setStyle('post-stream')
  expect((await client.call('POST', '/api/convos/update', send)).text).toBe('An unknown error occurred.')
})
