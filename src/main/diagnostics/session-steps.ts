import { isFault } from '../fault.ts'
import { parseJson } from '../http/http.ts'
import type { Http, HttpAnswer } from '../http/http.ts'
import { isRecord } from '../librechat/errors.ts'
import type { Session } from '../session/session.ts'
import { refusalIn } from './answer.ts'
import { CheckFault, failed, ok, warning } from './step.ts'
import type { Note, Outcome } from './step.ts'

type CheckedSession = Pick<Session, 'state' | 'check'>

/** What a fault of the app's own transport means here, where the steps before have shown that the server can be reached. */
const outcomeOf = (thrown: unknown): Outcome => {
  if (!isFault(thrown)) throw thrown
  const { error } = thrown
  switch (error.code) {
    case 'banned':
    case 'rate-limited':
    case 'server-error':
    case 'signed-out':
      return failed(error.code)
    case 'unreachable':
      return failed(error.reason === 'intercepted' ? 'captive-portal' : 'tcp-reset')
    default:
      return failed('not-the-server')
  }
}

/** Whether the platform still takes the session; its token is looked at, not exchanged. */
export async function checkSignIn(session: CheckedSession, signal: AbortSignal): Promise<Outcome> {
  if (session.state().phase === 'expired') return failed('session-refused')
  try {
    return (await session.check.platform(signal)) ? ok : failed('session-refused')
  } catch (thrown) {
    return outcomeOf(thrown)
  }
}

const countModels = (body: unknown): number =>
  isRecord(body)
    ? Object.values(body).reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0)
    : 0

/**
 * Whether LibreChat takes the session, lists models, and serves this client where it looks for browsers and bans. The
 * requests are those that the app makes at every start.
 */
export async function checkLibreChat(
  { session, http }: { session: CheckedSession; http: Http },
  signal: AbortSignal,
  note: Note,
): Promise<Outcome> {
  let token: string
  try {
    token = await session.check.librechatToken(signal)
  } catch (thrown) {
    // The app itself opens a new session at the next message; only looking at it costs no login.
    if (isFault(thrown) && thrown.error.code === 'session-expired') return warning('librechat-refused')
    return outcomeOf(thrown)
  }
  const get = async (path: string): Promise<HttpAnswer> =>
    await http.send({ method: 'GET', path, headers: { authorization: `Bearer ${token}` }, signal }).catch((thrown) => {
      throw new CheckFault(outcomeOf(thrown).finding, thrown)
    })

  const models = await get('/api/models')
  if (models.status === 401) return failed('librechat-refused')
  const list = parseJson(models)
  if (models.status !== 200 || !isRecord(list)) return refusalIn(asReply(models), note) ?? failed('not-the-server')
  const count = countModels(list)
  note('models', count)
  const guarded = asReply(await get('/api/agents?requiredPermission=1&limit=1'))
  const refused = refusalIn(guarded, guarded.status === 200 ? () => undefined : note)
  if (refused !== null) return refused
  return count === 0 ? warning('no-models') : ok
}

const asReply = ({ status, headers, body }: HttpAnswer): Parameters<typeof refusalIn>[0] => ({
  status,
  headers: headers as Parameters<typeof refusalIn>[0]['headers'],
  body,
})
