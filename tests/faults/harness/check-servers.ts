import { createDouble } from '../../../dev/librechat-double/double.ts'
import type { Double } from '../../../dev/librechat-double/double.ts'
import type { Style } from '../../../dev/librechat-double/options.ts'
import { createFakePlatform } from './fake-platform.ts'
import type { FakePlatform } from './fake-platform.ts'
import { reverseProxy, serve } from './network.ts'
import type { StreamTreatment } from './network.ts'

/** Both servers, light enough for a test of the way to them. LibreChat is behind a reverse proxy that can spoil its streams. */
export interface CheckServers {
  readonly platform: FakePlatform
  readonly librechat: Double
  readonly platformOrigin: string
  readonly librechatOrigin: string
  readonly demo: { readonly email: string; readonly password: string }
  streams: StreamTreatment
  close(): Promise<void>
}

export async function startCheckServers(style: Style = 'resumable'): Promise<CheckServers> {
  const librechatPassword = 'chat-password-1'
  const librechat = await createDouble({ style, deltasPerSecond: 60, loginMax: 1000 })
  const demo = { email: 'demo@example.com', password: 'whatever it is' }
  librechat.addUser({ email: demo.email, password: librechatPassword, name: 'Demo User' })
  librechat.script('numbers from 1 to 60', Array.from({ length: 60 }, (_, at) => at + 1).join(' '))
  const platform = createFakePlatform(librechatPassword)
  let streams: StreamTreatment = 'pass'
  const platformServer = await serve(platform.handle)
  const chatServer = await serve(reverseProxy(librechat.origin, () => streams))
  return {
    platform,
    librechat,
    platformOrigin: `http://127.0.0.1:${platformServer.port}`,
    librechatOrigin: `http://127.0.0.1:${chatServer.port}`,
    demo,
    get streams() {
      return streams
    },
    set streams(next) {
      streams = next
    },
    async close() {
      await platformServer.close()
      await chatServer.close()
      await librechat.close()
    },
  }
}
