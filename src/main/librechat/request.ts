import type { AppError } from '../../contract/errors.ts'
import { Fault } from '../fault.ts'
import type { Http, HttpAnswer, HttpRequest, HttpStream } from '../http/http.ts'
import { parseJson, refused } from '../http/http.ts'
import { answerError } from './errors.ts'
import type { Authorizer } from './librechat.ts'

/** HTML where JSON belongs: a captive portal or proxy page, or a server that does not know the route. */
export const isHtml = (headers: HttpAnswer['headers'], body: Buffer): boolean =>
  String(headers['content-type'] ?? '').includes('text/html') && /^\s*</.test(body.subarray(0, 64).toString('latin1'))

/** Authorized calls: bearer, and one retry after a renewal when the server says 401. */
export interface Requester {
  readonly origin: string
  answer(request: HttpRequest): Promise<HttpAnswer>
  /** A 2xx body as JSON (undefined when empty or not JSON). Any other status is thrown as a typed fault. */
  json(request: HttpRequest): Promise<unknown>
  open(request: HttpRequest): Promise<HttpStream>
}

export function createRequester(http: Http, authorizer: Authorizer): Requester {
  const authorized = async <T extends { status: number }>(
    request: HttpRequest,
    call: (request: HttpRequest) => Promise<T>,
    drop: (answer: T) => void,
  ): Promise<T> => {
    const token = await authorizer.accessToken(request.signal)
    const withToken = (bearer: string): HttpRequest => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${bearer}` },
    })
    const first = await call(withToken(token))
    if (first.status !== 401) return first
    drop(first)
    return await call(withToken(await authorizer.renew(token, request.signal)))
  }

  const answer = async (request: HttpRequest): Promise<HttpAnswer> =>
    await authorized(
      request,
      (r) => http.send(r),
      () => undefined,
    )

  return {
    origin: http.origin,
    answer,
    async json(request: HttpRequest): Promise<unknown> {
      const got = await answer(request)
      const body = parseJson(got)
      if (got.status >= 200 && got.status < 300) {
        if (body === undefined && isHtml(got.headers, got.body))
          throw refused(got, { code: 'unexpected-answer', server: 'librechat' })
        return body
      }
      throw new Fault(refusal(got, body))
    },
    open: async (request) =>
      await authorized(
        request,
        (r) => http.open(r),
        (opened) => opened.stream.destroy(),
      ),
  }
}

/** The fault of an answer that is not a success. A redirect or an HTML page with a client-error status is something in between. */
export function refusal(answer: HttpAnswer, body: unknown): AppError {
  const error = errorOf(answer, body)
  answer.note?.(error)
  return error
}

function errorOf(answer: HttpAnswer, body: unknown): AppError {
  if (answer.status >= 300 && answer.status < 400) return { code: 'unexpected-answer', server: 'librechat' }
  if (body === undefined && answer.status < 500 && answer.status !== 429 && isHtml(answer.headers, answer.body))
    return { code: 'unreachable', server: 'librechat', reason: 'intercepted' }
  return answerError(answer.status, body, answer.headers)
}
