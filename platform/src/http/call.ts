import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { readCookies } from './cookies.ts'
import type { Call } from './route.ts'

const forwardedLimit = 200

export function toCall(request: FastifyRequest): Call {
  const forwarded = request.headers['x-forwarded-for']
  const said = Array.isArray(forwarded) ? forwarded.join(', ') : forwarded
  // What a proxy passes on need not be an address, and the zone of one (`%eth0`) may be any text of any length.
  const [address = ''] = request.ip.split('%')
  const peer = request.socket.remoteAddress ?? ''
  return {
    body: request.body ?? {},
    cookies: readCookies(request.headers.cookie),
    authorization: request.headers.authorization,
    address: isIP(address) === 0 ? peer : address,
    peer,
    forwardedFor: said?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, forwardedLimit) ?? null,
  }
}
