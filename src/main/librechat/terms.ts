import { isRecord } from './errors.ts'
import type { LibreChat, Terms } from './librechat.ts'
import type { Requester } from './request.ts'
import type { StartupConfig } from './startup-config.ts'

const accepted: Terms = { accepted: true, text: null, url: null }

/** Terms are asked for only where the server says that its own client blocks on them. */
export function createTerms(requester: Requester, config: StartupConfig): LibreChat['terms'] {
  return {
    async get(signal) {
      const [startup, terms] = await Promise.all([
        config(),
        requester.answer({ method: 'GET', path: '/api/user/terms', signal }),
      ])
      const shown = isRecord(startup) && isRecord(startup['interface']) ? startup['interface']['termsOfService'] : null
      if (!isRecord(shown) || shown['modalAcceptance'] !== true) return accepted
      let state: unknown
      try {
        state = JSON.parse(terms.body.toString('utf8'))
      } catch {
        return accepted
      }
      if (!isRecord(state) || state['termsAccepted'] !== false) return accepted
      const { modalContent, externalUrl } = shown
      return {
        accepted: false,
        text:
          typeof modalContent === 'string'
            ? modalContent
            : Array.isArray(modalContent)
              ? modalContent.join('\n')
              : null,
        url: typeof externalUrl === 'string' && externalUrl.startsWith('https://') ? externalUrl : null,
      }
    },
    async accept(signal) {
      await requester.json({ method: 'POST', path: '/api/user/terms/accept', signal })
    },
  }
}
