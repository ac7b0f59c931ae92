import { expect, test } from 'vitest'
import { oneLine } from './one-line.ts'

test.each([
  ['as it is', 'as it is'],
  [' two\r\nlines\tand  a tab ', 'two lines and a tab'],
  ['null\0 and bell\u{7}', 'null and bell'],
  ['turned\u{202e}around\u{2069}', 'turned around'],
  ['hidden\u{200b}space\u{feff}', 'hidden space'],
  ['line\u{2028}end', 'line end'],
  ['half \u{d83d} a character', 'half a character'],
  ['👩‍👩‍👧 one family', '👩‍👩‍👧 one family'],
  ['', ''],
])('%j', (text, expected) => expect(oneLine(text, 100)).toBe(expected))

test('counts characters as people do', () => {
  expect(oneLine('👩‍👩‍👧'.repeat(5), 5)).toBe('👩‍👩‍👧'.repeat(5))
  expect(oneLine('👩‍👩‍👧'.repeat(6), 5)).toBe(`${'👩‍👩‍👧'.repeat(4)}…`)
  expect(oneLine('x'.repeat(1_000_000), 10)).toBe(`${'x'.repeat(9)}…`)
})
