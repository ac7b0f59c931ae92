import { beforeEach, describe, expect, test } from 'vitest'
import { textOf } from '../contract/harness/client.ts'
import { useApp } from './harness/use-app.ts'

const my = useApp()

describe('turns', () => {
  beforeEach(async () => await my.signIn())

  test('a stream that is cut while it still runs ends with the whole text', async () => {
    my.stack.librechat.script('cut while running', {
      steps: [{ kind: 'text', text: 'A sentence. '.repeat(200) }],
      deltasPerSecond: 200,
    })
    my.stack.librechat.faults.add({
      method: 'GET',
      path: '/api/agents/chat/stream',
      action: { kind: 'cut', afterBytes: 5000 },
    })
    const id = await my.app.send('cut while running')
    await my.settled(id, 'complete')
    expect(textOf(my.app.turn(id)?.answer).trim()).toBe('A sentence. '.repeat(200).trim())
  })

  test('a stream that is cut and finished meanwhile ends with the whole text', async () => {
    my.stack.librechat.faults.add({
      method: 'GET',
      path: '/api/agents/chat/stream',
      action: { kind: 'cut', afterBytes: 600 },
    })
    const id = await my.app.send('Short and cut')
    await my.settled(id, 'complete')
    expect(textOf(my.app.turn(id)?.answer)).toContain('Short and cut')
  })

  test('v0.8.0: a cut stream keeps its partial text, says so, and can be sent again', async () => {
    my.stack.librechat.setStyle('post-stream')
    my.stack.librechat.script('cut for good', {
      steps: [{ kind: 'text', text: 'A sentence. '.repeat(200) }],
      deltasPerSecond: 200,
    })
    my.stack.librechat.faults.add({
      method: 'POST',
      path: '/api/agents/chat',
      action: { kind: 'cut', afterBytes: 8000 },
    })
    const id = await my.app.send('cut for good')
    await my.settled(id, 'failed')
    expect(my.app.turn(id)).toMatchObject({ error: { code: 'turn-failed', reason: 'interrupted' }, retriable: true })
    expect(textOf(my.app.turn(id)?.answer).length).toBeGreaterThan(50)
    await my.app.call('chat.retry', { turnId: id })
    await my.settled(id, 'complete')
    expect(textOf(my.app.turn(id)?.answer).trim()).toBe('A sentence. '.repeat(200).trim())
  })

  test('an app that ends in mid-answer takes it up again at the next start', async () => {
    my.stack.librechat.script('across restart', {
      steps: [{ kind: 'text', text: 'word '.repeat(400) }],
      deltasPerSecond: 200,
    })
    const id = await my.app.send('across restart')
    await expect.poll(() => my.app.turn(id)?.status).toBe('streaming')
    await my.restart()
    await my.settled(id, 'complete')
    expect(textOf(my.app.turn(id)?.answer).trim()).toBe('word '.repeat(400).trim())
    const turns = await my.app.call('chat.turns')
    expect(turns).toEqual({ ok: true, value: [] })
  })

  test('what could not be sent is kept over a restart and can be sent then', async () => {
    my.stack.librechat.faults.add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'status', status: 500 } })
    const id = await my.app.send('Do not lose me')
    await my.settled(id, 'failed')
    await my.restart()
    await my.settled(id, 'failed')
    expect(textOf(my.app.turn(id)?.question)).toBe('Do not lose me')
    await my.app.call('chat.retry', { turnId: id })
    await my.settled(id, 'complete')
  })

  test('the same turn asked for twice is sent once', async () => {
    my.stack.librechat.clearRequests()
    const turnId = crypto.randomUUID()
    const id = await my.app.send('Only once', { turnId })
    await my.app.send('Only once', { turnId })
    await my.settled(id, 'complete')
    expect(
      my.stack.librechat.requests.filter(
        ({ method, path }) => method === 'POST' && path.startsWith('/api/agents/chat'),
      ),
    ).toHaveLength(1)
  })

  test('a second question while an answer runs is refused, for the server would end the first', async () => {
    my.stack.librechat.script('busy now', {
      steps: [{ kind: 'text', text: 'word '.repeat(200) }],
      deltasPerSecond: 200,
    })
    const id = await my.app.send('busy now')
    await expect.poll(() => my.app.turn(id)?.conversationId).not.toBe(null)
    const { conversationId } = my.app.turn(id)!
    await expect(my.app.send('Second', { conversationId })).rejects.toThrow('turn-failed')
    await my.settled(id, 'complete')
  })

  test('stopping before anything came keeps the question', async () => {
    my.stack.librechat.script('slow to begin', {
      before: [{ kind: 'pause', ms: 3000 }],
      steps: [{ kind: 'text', text: 'late' }],
    })
    const id = await my.app.send('slow to begin')
    await expect.poll(() => my.app.turn(id)?.status).toBe('streaming')
    await my.app.call('chat.stop', { turnId: id })
    await expect.poll(() => my.app.turn(id)?.status).toMatch(/failed|stopped/)
    expect(textOf(my.app.turn(id)?.question)).toBe('slow to begin')
  })
})
