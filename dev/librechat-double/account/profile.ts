import type { Context } from '../context.ts'
import type { Route } from '../http/router.ts'
import { route } from '../http/router.ts'
import { isoNow } from '../state/ids.ts'
import { withUser } from './guard.ts'
import { userDocument } from './users.ts'

/** `/api/user` and the terms of service, which the server keeps but does not enforce. */
export function profileRoutes(context: Context): Route[] {
  const { settings, store } = context
  return [
    route(
      'GET',
      '/api/user',
      withUser(context, (exchange, user) => exchange.json(200, userDocument(user))),
    ),
    route(
      'GET',
      '/api/user/terms',
      withUser(context, (exchange, user) =>
        exchange.json(200, { termsAccepted: user.termsAcceptedAt !== null, termsAcceptedAt: user.termsAcceptedAt }),
      ),
    ),
    route(
      'POST',
      '/api/user/terms/accept',
      withUser(context, (exchange, user) => {
        user.termsAcceptedAt = isoNow()
        store.changed()
        const dated = settings.style === 'resumable' ? { termsAcceptedAt: user.termsAcceptedAt } : {}
        exchange.json(200, { message: 'Terms accepted successfully', ...dated })
      }),
    ),
  ]
}
