import type { UserHandler } from '../account/guard.ts'
import { withBrowser } from '../account/guard.ts'
import type { Context } from '../context.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Params, Route } from '../http/router.ts'
import { route } from '../http/router.ts'
import { webApp } from '../http/web-app.ts'
import { uploadImage } from './upload.ts'

const imageTypes: Readonly<Record<string, string>> = { png: 'image/png', webp: 'image/webp', jpeg: 'image/jpeg' }

const isNamed = (value: unknown): value is { file_id: string; filepath: string } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Record<string, unknown>)['file_id'] === 'string' &&
  typeof (value as Record<string, unknown>)['filepath'] === 'string'

export function fileRoutes(context: Context): Route[] {
  const { store, images, settings, tokens } = context

  const list: UserHandler = (exchange, user) => {
    const rows = [...store.files.values()].filter((file) => file.user === user.id)
    exchange.json(200, rows.toReversed())
  }

  const remove: UserHandler = async (exchange, user) => {
    const { files } = ((await exchange.body()) ?? {}) as { files?: unknown }
    const named = Array.isArray(files) ? files.filter(isNamed) : []
    if (named.length === 0) return exchange.empty(204)
    const foreign = named.filter(({ file_id: id }) => store.files.get(id)?.user !== user.id)
    if (foreign.length > 0) {
      const message = 'You can only delete files you have access to'
      return exchange.json(403, { message, unauthorizedFiles: foreign.map(({ file_id: id }) => id) })
    }
    for (const { file_id: id } of named) {
      const file = store.files.get(id)
      store.files.delete(id)
      if (file) await images.remove(user.id, file.filepath.split('/').at(-1) ?? '')
    }
    store.changed()
    exchange.json(200, { message: 'Files deleted successfully' })
  }

  // No bearer and no user agent here: with secure links the refresh cookie decides.
  const image = async (exchange: Exchange, { user = '', name = '' }: Params): Promise<void> => {
    if (settings.secureImageLinks) {
      const cookie = exchange.cookie('refreshToken')
      if (cookie === null) return exchange.text(401, 'Unauthorized')
      if (tokens.refreshOwner(cookie) !== user) return exchange.text(403, 'Access Denied')
    }
    const bytes = await images.get(user, name)
    if (bytes === null) return exchange.text(200, webApp)
    exchange.bytes(200, bytes, imageTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
  }

  return [
    route('GET', '/api/files', withBrowser(context, list)),
    route('DELETE', '/api/files', withBrowser(context, remove)),
    route(
      'GET',
      '/api/files/config',
      withBrowser(context, (exchange) => {
        if (settings.fileConfig === null) exchange.text(200, '', 'application/json; charset=utf-8')
        else exchange.json(200, settings.fileConfig)
      }),
    ),
    route('POST', '/api/files/images', withBrowser(context, uploadImage(context))),
    route('GET', '/images/:user/:name', image),
  ]
}
