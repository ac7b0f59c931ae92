import { withBrowser, withUser } from '../account/guard.ts'
import type { Context } from '../context.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Route } from '../http/router.ts'
import { route } from '../http/router.ts'
import type { User } from '../state/schema.ts'
import { demoAgent, endpoints, models } from './offer.ts'
import { startupConfig } from './startup-config.ts'

const agentRow = (user: User): Record<string, unknown> => ({
  _id: '66c0a1b2c3d4e5f6a7b8c9d0',
  ...demoAgent,
  avatar: null,
  author: user.id,
  category: 'general',
  support_contact: {},
  is_promoted: false,
  isPublic: true,
  updatedAt: '2026-01-05T08:00:00.000Z',
})

/** Health, configuration, endpoints, models, agents, balance. */
export function catalogRoutes(context: Context): Route[] {
  const { settings, tokens } = context
  const isNew = (): boolean => settings.style === 'resumable'

  const config = (exchange: Exchange): void => {
    const signedIn = tokens.access(exchange.header('authorization')).ok
    exchange.json(200, startupConfig(settings, `http://${exchange.header('host')}`, signedIn || !isNew()))
  }

  // A string through res.send: JSON under `text/html`.
  const sendEndpoints = (exchange: Exchange): void => exchange.text(200, JSON.stringify(endpoints))

  return [
    route('GET', '/health', (exchange) => exchange.text(200, 'OK')),
    route('GET', '/api/config', config),
    route('GET', '/api/endpoints', async (exchange, params) => {
      if (isNew()) await withUser(context, sendEndpoints)(exchange, params)
      else sendEndpoints(exchange)
    }),
    route(
      'GET',
      '/api/models',
      withUser(context, (exchange) => exchange.json(200, models)),
    ),
    route(
      'GET',
      '/api/agents',
      withBrowser(context, (exchange, user) => {
        const data = [{ ...agentRow(user), ...(isNew() ? { isEditable: false } : {}) }]
        const ends = { first_id: demoAgent.id, last_id: demoAgent.id, has_more: false, after: null }
        exchange.json(200, { object: 'list', data, ...ends })
      }),
    ),
    route(
      'GET',
      '/api/balance',
      withUser(context, (exchange) => {
        if (isNew()) exchange.empty(204)
        else exchange.json(404, { error: 'Balance not found' })
      }),
    ),
    route(
      'GET',
      '/api/search/enable',
      withUser(context, (exchange) => exchange.json(200, false)),
    ),
  ]
}
