import { expect, test, vi } from 'vitest'
import { channelOf } from './profile.ts'

vi.mock('electron', () => ({ app: {} }))

test.each([
  [false, '1.0.0', 'debug'],
  [true, '1.0.0', 'production'],
  [true, '1.0.0-beta.2', 'beta'],
  [true, '1.0.0-rc.1', 'beta'],
  [true, '1.0.0-debug.1', 'debug'],
  [false, '1.0.0-beta.2', 'debug'],
])('packaged %s, version %s: %s', (packaged, version, channel) => {
  expect(channelOf({ packaged, version })).toBe(channel)
})
