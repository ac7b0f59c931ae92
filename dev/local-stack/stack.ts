import { join } from 'node:path'
import { startEmbeddedPostgres } from '@hestami/platform/postgres'
import { startPlatform } from '@hestami/platform/server'
import { createDouble } from '../librechat-double/double.ts'
import type { Double } from '../librechat-double/double.ts'
import type { DoubleOptions } from '../librechat-double/options.ts'
import { databaseFolder } from './database-folder.ts'
import { openSecrets } from './secrets.ts'

export interface LocalStack {
  readonly platformOrigin: string
  readonly librechatOrigin: string
  readonly demo: { readonly email: string; readonly password: string }
  readonly librechat: Double
  close(): Promise<void>
}

interface Options {
  /** Everything of the stack lives here; a second start finds it again. */
  readonly folder: string
  readonly style: DoubleOptions['style']
  readonly librechat?: Partial<DoubleOptions>
  readonly platform?: { readonly accessSeconds?: number; readonly refreshSeconds?: number }
}

const demo = { email: 'demo@example.com', firstName: 'Demo', lastName: 'User' }

/** The port that was used before; any free one when it was never chosen or is taken. */
async function onPort<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port)
  } catch (thrown) {
    if (port === 0 || (thrown as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw thrown
    return await start(0)
  }
}

/** The platform on an embedded PostgreSQL and the LibreChat double, with a demo user who can chat at once. */
export async function startLocalStack({
  folder,
  style,
  librechat: patch,
  platform: lives,
}: Options): Promise<LocalStack> {
  const secrets = openSecrets(folder)
  const { encryptionKey, jwtSecret, demoPassword, platformPort, librechatPort } = secrets.get()
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    const postgresStarting = startEmbeddedPostgres(databaseFolder(folder)).then((started) => {
      closers.push(async () => await started.stop())
      return started
    })
    const doubleStarting = onPort(
      librechatPort,
      async (port) => await createDouble({ port, style, stateFile: join(folder, 'librechat.json'), ...patch }),
    ).then((started) => {
      closers.push(async () => await started.close())
      return started
    })
    const [database, librechat] = await Promise.all([postgresStarting, doubleStarting])
    const platform = await onPort(
      platformPort,
      async (port) =>
        await startPlatform({
          port,
          databaseUrl: database.url,
          librechatUrl: librechat.origin,
          encryptionKey,
          jwtSecret,
          ...lives,
        }),
    )
    closers.push(async () => await platform.close())
    secrets.set({
      platformPort: Number(new URL(platform.origin).port),
      librechatPort: Number(new URL(librechat.origin).port),
    })
    let userId = secrets.get().demoUserId
    if (userId === null) {
      const user = await platform.createUser({
        email: demo.email,
        password: demoPassword,
        confirm_password: demoPassword,
        first_name: demo.firstName,
        last_name: demo.lastName,
        user_role: 'PROPERTY_OWNER',
        phone_number: '',
      })
      userId = user.id
      secrets.set({ demoUserId: userId })
    }
    const state = await platform.provision(userId, AbortSignal.timeout(60_000))
    if (state !== 'provisioned' && state !== 'terms-pending')
      throw new Error(`The demo user has no LibreChat account: ${state}.`)
    return {
      platformOrigin: platform.origin,
      librechatOrigin: librechat.origin,
      demo: { email: demo.email, password: demoPassword },
      librechat,
      close,
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
