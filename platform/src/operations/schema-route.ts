import { z } from 'zod'
import type { Route } from '../http/route.ts'
import { openApiDocument } from './openapi.ts'

/** These routes and one more, which answers the OpenAPI document of all of them. */
export function withSchema(routes: readonly Route[]): Route[] {
  const route: Route = {
    method: 'GET',
    path: '/api/schema/',
    bearer: false,
    failure: { detail: 'Internal server error.' },
    describe: {
      summary: 'This document',
      answers: { 200: { meaning: 'OpenAPI 3.1, as JSON.', body: z.looseObject({ openapi: z.string() }) } },
    },
    handle: async () => ({ status: 200, body: document }),
  }
  const all = [...routes, route]
  const document = openApiDocument(all)
  return all
}
