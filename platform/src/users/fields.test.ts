import { expect, test } from 'vitest'
import { choice, FieldsRefused, nullable, readFields, text } from './fields.ts'

const fields = {
  name: text({ longest: 5 }),
  note: nullable(text({ blank: true })),
  role: choice(['ONE', 'TWO']),
}
const refused = (body: unknown): unknown => {
  try {
    return readFields(fields, body)
  } catch (error) {
    if (error instanceof FieldsRefused) return error.fields
    throw error
  }
}

test('reads as DRF does: text stripped, numbers as text, unknown fields left out', () => {
  const body = { name: ' \u00a0abc\x1f', note: null, role: 'TWO', more: 1 }
  expect(readFields(fields, body)).toEqual({ name: 'abc', note: null, role: 'TWO' })
  expect(readFields(fields, { name: 12, note: ' ', role: 'ONE' })).toEqual({ name: '12', note: '', role: 'ONE' })
  expect(readFields(fields, { name: '\ufeff', note: '', role: 'ONE' })).toMatchObject({ name: '\ufeff' })
})

test('says of every field what is wrong', () => {
  const missing = ['This field is required.']
  expect(refused({})).toEqual({ name: missing, note: missing, role: missing })
  expect(refused(Object.create({ name: 'abc' }))).toMatchObject({ name: missing })
  expect(refused({ name: null, note: {}, role: null })).toEqual({
    name: ['This field may not be null.'],
    note: ['Not a valid string.'],
    role: ['This field may not be null.'],
  })
  expect(refused({ name: ' ', note: true, role: 'THREE' })).toEqual({
    name: ['This field may not be blank.'],
    note: ['Not a valid string.'],
    role: ['"THREE" is not a valid choice.'],
  })
  expect(refused({ name: 'abcdef', note: 'a\0b', role: 'ONE' })).toEqual({
    name: ['Ensure this field has no more than 5 characters.'],
    note: ['Null characters are not allowed.'],
  })
  expect(refused({ name: '漢字😀😀😀', note: '\ud800', role: 'ONE' })).toEqual({
    note: ['Surrogate characters are not allowed.'],
  })
})

test.each([
  [[], 'list'],
  ['text', 'str'],
])('a body that is no object: %j', (body, kind) => {
  expect(refused(body)).toEqual({ non_field_errors: [`Invalid data. Expected a dictionary, but got ${kind}.`] })
})
