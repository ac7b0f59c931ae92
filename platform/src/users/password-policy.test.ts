import { expect, test } from 'vitest'
import { python } from '../testing/python.ts'
import { loadPasswordPolicy } from './password-policy.ts'
import { quickRatio } from './similarity.ts'

const owner = { email: 'greta.longname@example.com', first_name: 'Greta', last_name: 'Longname' }
const short = 'This password is too short. It must contain at least 12 characters.'
const special = 'Password must contain at least one special character.'
const upper = 'Password must contain at least one uppercase letter.'

test.each([
  ['Vigorous-Kettle9!', []],
  ['Ünïcödé-Kettle!', []],
  ['', [short, special, upper]],
  ['Short-9!', [short]],
  ['password', [short, 'This password is too common.', special, upper]],
  ['Password123456', ['This password is too common.', special]],
  ['123456789012', ['This password is entirely numeric.', special, upper]],
  ['ALLCAPITALS-AND!', ['Password must contain at least one lowercase letter.']],
  ['no capitals here!', [upper]],
  ['Vigorous-Kettle9', [special]],
  ['Greta.Longname1!', []],
  ['Greta.Longname@example!', ['The password is too similar to the email.']],
  ['Example.COM!!', ['The password is too similar to the email.']],
  ['GretaGretaGreta!', []],
] as const)('%j', async (password, wrong) => {
  expect((await loadPasswordPolicy())(password, owner)).toEqual(wrong)
})

test('names count as the e-mail address does', async () => {
  const policy = await loadPasswordPolicy()
  const person = { email: 'demo@example.com', first_name: 'Vigorouskettle', last_name: 'Wintergarden' }
  expect(policy('Vigorous-Kettle9!', person)).toEqual(['The password is too similar to the first name.'])
  expect(policy('Winter-Garden9!', person)).toEqual(['The password is too similar to the last name.'])
  expect(policy('Vigorous-Kettle9!', { ...person, first_name: '' })).toEqual([])
})

test('measures likeness as Python does', async () => {
  const pairs = [
    ['abcd', 'bcde'],
    ['', ''],
    ['a', ''],
    ['aabbcc', 'abcabc'],
    ['漢字kanji', 'kanji漢'],
    ['Vigorous', 'vigour'],
  ]
  const theirs = await python(
    'import difflib\nprint(json.dumps([difflib.SequenceMatcher(a=a, b=b).quick_ratio() for a, b in data]))',
    pairs,
  )
  expect(pairs.map(([a = '', b = '']) => quickRatio(a, b))).toEqual(theirs)
})
