import type { Http } from '../http/http.ts'
import type { Log } from '../host.ts'
import { createConversations } from './conversations.ts'
import { createFiles } from './files.ts'
import type { Authorizer, LibreChat } from './librechat.ts'
import { createMessages } from './messages.ts'
import { createModels } from './models.ts'
import { createRequester } from './request.ts'
import { createStartupConfig } from './startup-config.ts'
import { createTerms } from './terms.ts'
import { createTurnsApi } from './turn/turns-api.ts'

export function createLibreChat({
  http,
  authorizer,
  log,
}: {
  http: Http
  authorizer: Authorizer
  log: Log
}): LibreChat {
  const requester = createRequester(http, authorizer)
  const config = createStartupConfig(requester)
  return {
    conversations: createConversations(requester),
    messages: createMessages(requester),
    models: createModels(requester, config),
    files: createFiles(requester, http, authorizer),
    terms: createTerms(requester, config),
    turns: createTurnsApi(requester, log),
  }
}
