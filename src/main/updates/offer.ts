import { acceptUpdate } from './accept.ts'
import type { AcceptedUpdate, Installed, NoneReason, RefusalReason } from './accept.ts'
import { channelFileName } from './channel-file.ts'
import type { Log } from '../host.ts'
import type { UpdateServer } from './server.ts'
import type { TrustedKeys } from './statement.ts'
import { UpdateFault } from './update-fault.ts'
import type { FaultReason } from './update-fault.ts'

/** What asking the update server came to. */
export type Offer =
  | { readonly kind: 'update'; readonly update: AcceptedUpdate }
  | { readonly kind: 'none'; readonly reason: NoneReason }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | { readonly kind: 'failed'; readonly reason: FaultReason }

const extensions = { appimage: '.AppImage', nsis: '.exe', mac: '.zip' } as const
export const extensionOf = (kind: keyof typeof extensions): Installed['extension'] => extensions[kind]

/** Asks the server once and judges what it says; every refusal is in the log by its reason. Never rejects. */
export async function fetchOffer(
  server: UpdateServer,
  installed: Installed,
  trusted: TrustedKeys,
  log: Log,
  signal: AbortSignal,
): Promise<Offer> {
  try {
    const text = await server.text(channelFileName(installed.channel, installed.platform, installed.arch), signal)
    const offer = acceptUpdate(text, installed, trusted)
    if (offer.kind === 'refused') log({ level: 'error', event: 'updates.refused', fields: { reason: offer.reason } })
    else if (offer.kind === 'none') log({ level: 'info', event: 'updates.none', fields: { reason: offer.reason } })
    else log({ level: 'info', event: 'updates.found', fields: { version: offer.update.info.version } })
    return offer
  } catch (thrown) {
    const reason = thrown instanceof UpdateFault ? thrown.reason : 'unreachable'
    log({ level: 'warn', event: 'updates.not-checked', fields: { reason } })
    return { kind: 'failed', reason }
  }
}
