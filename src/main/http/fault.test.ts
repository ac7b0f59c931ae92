import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { networkFault } from './fault.ts'

const coded = (code: string, cause?: unknown): Error => Object.assign(new Error('canary message', { cause }), { code })

test.each([
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ENETUNREACH', 'offline'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['EPROTO', 'tls'],
  ['ESOMETHINGNEW', 'reset'],
])('%s is %s, also when it is the cause of another error', (code, reason) => {
  const error = { code: 'unreachable', server: 'librechat', reason }
  expect(networkFault(coded(code), 'librechat').error).toEqual(error)
  expect(networkFault(coded('ERR_GOT_REQUEST_ERROR', coded(code)), 'librechat').error).toEqual(error)
})

test('a proxy that refuses is told as the proxy', () => {
  expect(networkFault(new Error('Bad response: 407'), 'platform').error).toEqual({
    code: 'unreachable',
    server: 'platform',
    reason: 'proxy',
  })
})

test('what was cancelled is no failure of the server, and a fault stays what it is', () => {
  expect(networkFault(coded('ECONNRESET'), 'platform', AbortSignal.abort()).error).toEqual({ code: 'cancelled' })
  const fault = new Fault({ code: 'forbidden' })
  expect(networkFault(fault, 'platform')).toBe(fault)
})
