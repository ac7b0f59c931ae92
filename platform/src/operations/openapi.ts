import { z } from 'zod'
import {
  apiUser,
  bearerRefused,
  detailAnswer,
  errorAnswer,
  fieldErrors,
  librechatPasswordAnswer,
  loginAnswer,
  messageAnswer,
  profile,
  registerAnswer,
  tokenPair,
  verifyAnswer,
  verifyRefused,
} from '../api.ts'
import type { AnswerDescription } from '../http/description.ts'
import type { Route } from '../http/route.ts'
import type { JsonSchema } from '../users/fields.ts'
import { healthAnswer, readyAnswer } from './probes.ts'

/** The schemas that have a name in the document. */
const named = {
  User: apiUser,
  Profile: profile,
  TokenPair: tokenPair,
  LoginAnswer: loginAnswer,
  RegisterAnswer: registerAnswer,
  VerifyAnswer: verifyAnswer,
  VerifyRefused: verifyRefused,
  LibreChatPassword: librechatPasswordAnswer,
  Message: messageAnswer,
  Detail: detailAnswer,
  Error: errorAnswer,
  FieldErrors: fieldErrors,
  BearerRefused: bearerRefused,
  Health: healthAnswer,
  Readiness: readyAnswer,
} satisfies Readonly<Record<string, z.ZodType>>

const nameOf = new Map<z.ZodType, string>(Object.entries(named).map(([name, schema]) => [schema, name]))
const place = (name: string): string => `#/components/schemas/${name}`

function components(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    uri: place,
    // An answer may get further members.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [name, schema]),
  )
}

type Operation = Readonly<Record<string, unknown>>

/** By status: what an endpoint says of itself and what every one of its kind can answer. */
function answersOf(route: Route): Map<number, AnswerDescription[]> {
  const answers = new Map<number, AnswerDescription[]>()
  const add = (status: number, answer: AnswerDescription): void => {
    answers.set(status, [...(answers.get(status) ?? []), answer])
  }
  for (const [status, answer] of Object.entries(route.describe.answers)) add(Number(status), answer)
  if (route.bearer) add(401, { meaning: 'No bearer, or none that is good.', body: bearerRefused })
  if (route.method === 'POST') {
    add(400, { meaning: 'The body is not JSON.', body: detailAnswer })
    add(413, { meaning: 'The body is larger than 64 KiB.', body: detailAnswer })
    add(415, { meaning: 'The body is of another type than application/json.', body: detailAnswer })
  }
  add(500, { meaning: 'Something unexpected.', body: 'error' in route.failure ? errorAnswer : detailAnswer })
  return answers
}

function responseOf(answers: readonly AnswerDescription[]): Operation {
  const schemas = [...new Set(answers.map(({ body }) => body))].filter((body) => body !== null).map(schemaOf)
  const headers = Object.entries(
    Object.assign({}, ...answers.map((one) => one.headers ?? {})) as Record<string, string>,
  )
  const json = { 'application/json': { schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas } } }
  return {
    description: answers.map(({ meaning }) => meaning).join(' Or: '),
    content: schemas.length === 0 ? { 'text/plain': { schema: { type: 'string' } } } : json,
    ...(headers.length === 0
      ? {}
      : {
          headers: Object.fromEntries(
            headers.map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
          ),
        }),
  }
}

function schemaOf(body: z.ZodType): JsonSchema {
  const name = nameOf.get(body)
  if (name !== undefined) return { $ref: place(name) }
  const { $schema: _dialect, ...schema } = z.toJSONSchema(body)
  return schema
}

function operationOf(route: Route): Operation {
  const { summary, description, request } = route.describe
  return {
    operationId: `${route.method} ${route.path}`
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, '-')
      .replaceAll(/^-|-$/g, ''),
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [route.path.startsWith('/api/users/') ? 'users' : 'operations'],
    security: route.bearer ? [{ bearer: [] }] : route.path === '/metrics' ? [{ metrics: [] }, {}] : [],
    ...(request ? { requestBody: { required: true, content: { 'application/json': { schema: request } } } } : {}),
    responses: Object.fromEntries(
      [...answersOf(route)]
        .toSorted(([one], [other]) => one - other)
        .map(([status, answers]) => [String(status), responseOf(answers)]),
    ),
  }
}

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly Route[]): Operation {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Hosting platform: users and LibreChat accounts',
      version: '1.0.0',
      description:
        'JSON in UTF-8. Every path of the API ends in a slash: a GET without it is redirected, a POST is not found. A method ' +
        'that a path does not have gets 405. Every answer carries an `x-request-id`: the one that was sent, or a new one.',
    },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(
      routes.map((route) => [route.path, { [route.method.toLowerCase()]: operationOf(route) }]),
    ),
    components: {
      schemas: components(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token.' },
        metrics: { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN.' },
      },
    },
  }
}
