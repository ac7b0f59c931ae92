import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { createAuthority } from '../../../tests/faults/harness/certificates.ts'
import { isVouchedFor, nameOf } from './tls.ts'

test('a name for people: the common name, and the organisation where it says more', () => {
  expect(nameOf({ CN: 'Example Issuing CA 1', O: 'Example Corp' })).toBe('Example Issuing CA 1 (Example Corp)')
  expect(nameOf({ CN: 'Example Corp', O: 'Example Corp' })).toBe('Example Corp')
  expect(nameOf({ O: ['Example', 'Corp'] })).toBe('Example, Corp')
  expect(nameOf({ CN: 'localhost' })).toBe('localhost')
  expect(nameOf(undefined)).toBe('no name')
})

test('public authorities are told apart from a company’s own', async () => {
  const own = new X509Certificate((await createAuthority('Example Corp Root', 'Example Corp')).cert)
  expect(isVouchedFor([own])).toBe(false)
  expect(isVouchedFor([])).toBe(false)
  expect(isVouchedFor([own, new X509Certificate(rootCertificates[0] ?? '')])).toBe(true)
})
