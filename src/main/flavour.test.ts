import { expect, test } from 'vitest'
import { flavourOf, flavours } from './flavour.ts'

test.each([
  [false, '1.0.0', 'debug'],
  [true, '1.0.0', 'production'],
  [true, '1.0.0-beta.2', 'beta'],
  [true, '1.0.0-rc.1', 'beta'],
  [true, '1.0.0-debug.1', 'debug'],
  [false, '1.0.0-beta.2', 'debug'],
])('packaged %s, version %s: %s', (packaged, version, name) => {
  expect(flavourOf({ packaged, version }).name).toBe(name)
})

test('flavours have nothing in common that could mix them up', () => {
  const all = Object.values(flavours)
  const own = [
    'name',
    'appId',
    'productName',
    'executableName',
    'dataFolder',
    'keychainService',
    'protocol',
    'updateChannel',
  ] as const
  for (const field of own)
    expect({ field, different: new Set(all.map((flavour) => flavour[field])).size }).toEqual({
      field,
      different: all.length,
    })
})
