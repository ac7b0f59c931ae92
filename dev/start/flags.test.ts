import { expect, test } from 'vitest'
import { readFlags } from './flags.ts'

test('reads the scriptable form', () => {
  expect(
    readFlags(['--browser', '--no-open', '--port', '4310', '--librechat-style', 'v0.8.0', '--data', '/x']),
  ).toEqual({
    browser: true,
    open: false,
    port: 4310,
    style: 'post-stream',
    data: '/x',
    replay: null,
    help: false,
  })
})

test.each([['--port', '99999'], ['--port', 'x'], ['--librechat-style', 'v1'], ['--colour']])(
  'refuses %s %s',
  (...args) => {
    expect(() => readFlags(args)).toThrow(/--/)
  },
)
