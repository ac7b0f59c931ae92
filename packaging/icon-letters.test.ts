import { expect, test } from 'vitest'
import { appIcon } from './icon-drawings.ts'
import { drawWord } from './icon-letters.ts'

const source = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'

test.each(['beta', 'debug'] as const)('the word of %s needs no font: every computer draws the same', (flavour) => {
  const drawn = appIcon(source, flavour, 512)
  expect(drawn).not.toContain('<text')
  expect(drawn.match(/<path transform/g)).toHaveLength(flavour === 'beta' ? 4 : 5)
})
test('small icons have no letters', () => expect(appIcon(source, 'beta', 32)).not.toContain('<path transform'))
test('a letter that is not drawn is said', () => {
  expect(() => drawWord('RC', { x: 0, y: 0 }, 10)).toThrow('the letter R is not drawn')
})
