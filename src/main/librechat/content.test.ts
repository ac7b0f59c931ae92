import { expect, test } from 'vitest'
import { createContent } from './content.ts'

const step = (id: string, index: number, patch: object = {}) => ({
  id,
  index,
  type: 'message_creation',
  runId: 'run',
  stepDetails: { type: 'message_creation' },
  ...patch,
})
const text = (id: string, value: string, type: 'text' | 'think' = 'text') => ({
  id,
  delta: { content: [{ type, [type]: value }] },
})

test('text grows in its step, and only the growth is told', () => {
  const content = createContent()
  expect(content.apply('on_run_step', step('s', 0))).toEqual({ kind: 'none' })
  content.apply('on_message_delta', text('s', 'Two '))
  expect(content.apply('on_message_delta', text('s', 'cats'))).toEqual({
    kind: 'deltas',
    deltas: [{ index: 0, type: 'text', text: 'cats' }],
  })
  expect(content.parts()).toEqual([{ type: 'text', text: 'Two cats' }])
  expect(content.runId()).toBe('run')
})

test('a delta that comes before its step waits for it', () => {
  const content = createContent()
  expect(content.apply('on_message_delta', text('s', 'early'))).toEqual({ kind: 'none' })
  expect(content.apply('on_run_step', step('s', 0))).toMatchObject({ kind: 'deltas' })
  expect(content.parts()).toEqual([{ type: 'text', text: 'early' }])
})

test('a delta without an array around it is taken as well', () => {
  const content = createContent()
  content.apply('on_run_step', step('s', 0))
  content.apply('on_message_delta', { id: 's', delta: { content: { type: 'text', text: 'one' } } })
  expect(content.parts()).toEqual([{ type: 'text', text: 'one' }])
})

test('holes do not count: positions are of what is shown', () => {
  const content = createContent()
  content.apply('on_run_step', step('empty', 0))
  content.apply('on_run_step', step('s', 3))
  expect(content.apply('on_message_delta', text('s', 'x'))).toEqual({
    kind: 'deltas',
    deltas: [{ index: 0, type: 'text', text: 'x' }],
  })
  // What appears before it moves it: then all is told again.
  expect(content.apply('on_message_delta', text('empty', 'y'))).toEqual({ kind: 'content' })
  expect(content.parts()).toEqual([
    { type: 'text', text: 'y' },
    { type: 'text', text: 'x' },
  ])
})

test('a delta of another type than its slot is passed over', () => {
  const content = createContent()
  content.apply('on_run_step', step('s', 0))
  content.apply('on_reasoning_delta', text('s', 'hm', 'think'))
  expect(content.apply('on_message_delta', text('s', 'x'))).toEqual({ kind: 'none' })
  expect(content.parts()).toEqual([{ type: 'think', text: 'hm' }])
})

test('a tool call: arguments grow, the result replaces them unless it has none, authorisation is shown', () => {
  const content = createContent()
  const calls = [{ id: 'c', name: 'search', args: '' }]
  content.apply(
    'on_run_step',
    step('t', 0, { type: 'tool_calls', stepDetails: { type: 'tool_calls', tool_calls: calls } }),
  )
  content.apply('on_run_step_delta', { id: 't', delta: { tool_calls: [{ args: '{"q":' }] } })
  content.apply('on_run_step_delta', {
    id: 't',
    delta: { tool_calls: [{ args: '1}' }], auth: 'https://idp.example/x' },
  })
  expect(content.parts()).toMatchObject([
    { type: 'tool', name: 'search', args: '{"q":1}', done: false, authUrl: 'https://idp.example/x' },
  ])
  content.apply('on_run_step_completed', {
    result: { id: 't', index: 0, tool_call: { id: 'c', name: 'search', args: '', output: 'found' } },
  })
  expect(content.parts()).toMatchObject([{ args: '{"q":1}', output: 'found', done: true }])
})

test('an address for authorisation that is not HTTPS is not offered', () => {
  const content = createContent()
  content.apply('on_run_step', step('t', 0, { stepDetails: { tool_calls: [{ id: 'c', name: 'oauth', args: '' }] } }))
  content.apply('on_run_step_delta', { id: 't', delta: { tool_calls: [], auth: 'javascript:alert(1)' } })
  expect(content.parts()).toMatchObject([{ authUrl: null }])
})

test('resuming replaces everything and goes on growing', () => {
  const content = createContent()
  content.apply('on_run_step', step('s', 0))
  content.apply('on_message_delta', text('s', 'old'))
  content.replace([{ type: 'text', text: 'Two c' }], [step('s', 0)])
  content.apply('on_message_delta', text('s', 'ats'))
  expect(content.parts()).toEqual([{ type: 'text', text: 'Two cats' }])
})

test.each([null, 'x', 7, [], { id: 's' }, { delta: null }])('nonsense %o does no harm', (data) => {
  const content = createContent()
  for (const event of ['on_run_step', 'on_message_delta', 'on_run_step_delta', 'on_run_step_completed', 'unknown'])
    expect(() => content.apply(event, data)).not.toThrow()
  expect(content.parts()).toEqual([])
})
