import type { AppError, FileProblem, ServerName, TurnFailure, UnreachableReason } from '../../contract/errors.ts'
import type { KeychainProblem } from '../../contract/session.ts'
import { formatBytes, formatClock } from './format.ts'

const server: Readonly<Record<ServerName, string>> = { platform: 'Hestami', librechat: 'The chat server' }

const unreachable = (name: ServerName, reason: UnreachableReason): string => {
  switch (reason) {
    case 'offline':
      return 'You seem to be offline. Check your internet connection and try again.'
    case 'dns':
      return `${server[name]} could not be found on the network. Check your connection, then try again.`
    case 'refused':
    case 'reset':
      return `${server[name]} is not answering right now. Wait a moment and try again.`
    case 'timeout':
      return `${server[name]} took too long to answer. Check your connection and try again.`
    case 'tls':
      return `The connection to ${name === 'platform' ? 'Hestami' : 'the chat server'} is not secure, so nothing was sent. Check this computer’s clock, or ask whoever runs your network.`
    case 'proxy':
      return 'Your network’s proxy refused the connection. Check the proxy settings of this computer.'
    case 'intercepted':
      return 'This network answers in place of the server. Open a web page to sign in to the network, then try again.'
  }
}

const turnFailed = (reason: TurnFailure, detail: string | null): string => {
  switch (reason) {
    case 'message-limit':
      return 'You have sent many messages in a short time. Wait a minute, then send again.'
    case 'concurrent':
      return 'Another answer is still being written. Wait for it or stop it, then send again.'
    case 'moderation':
      return 'This message was not accepted by the server’s content rules. Change it and send again.'
    case 'conversation-access':
      return 'You no longer have access to this conversation. Start a new chat.'
    case 'no-user-key':
      return 'This model needs a key of your own, which is not set up. Choose another model.'
    case 'expired-user-key':
    case 'invalid-user-key':
      return 'The key for this model is no longer valid. Choose another model.'
    case 'missing-model':
    case 'illegal-model':
      return 'This model is not available any more. Choose another one and send again.'
    case 'balance':
      return 'Your balance is too low for this message.'
    case 'input-too-long':
      return 'This message is too long for the model. Shorten it, or start a new chat.'
    case 'agent-not-found':
      return 'This agent is not available any more. Choose another model.'
    case 'parent-not-ready':
      return 'The previous answer is still being saved. Wait a moment, then send again.'
    case 'not-allowed':
      return 'Your account may not use this model. Choose another one.'
    case 'replaced':
      return 'Another message in this conversation took this answer’s place.'
    case 'interrupted':
      return 'The connection was lost before the answer was complete. What had arrived is kept.'
    case 'server-starting':
      return 'The chat server is just starting. Wait a moment, then send again.'
    case 'other':
      return detail === null ? 'The model could not answer.' : `The model could not answer: ${detail}`
  }
}

const fileRejected = (reason: FileProblem, limit: number | null): string => {
  switch (reason) {
    case 'not-an-image':
      return 'This file is not an image that can be sent. Use PNG, JPEG, WebP or GIF.'
    case 'empty':
      return 'This file is empty.'
    case 'too-large':
      return limit === null
        ? 'This image is too large.'
        : `This image is too large. The limit is ${formatBytes(limit)}.`
    case 'too-many':
      return limit === null ? 'There are too many images.' : `At most ${limit} images can go with one message.`
    case 'dimensions':
      return 'This image has too many pixels.'
    case 'not-accepted-here':
      return 'The chosen model does not take this kind of image.'
    case 'refused-by-server':
      return 'The server did not take this image.'
  }
}

const notSaved: Readonly<Record<'full' | 'refused' | 'failed', string>> = {
  full: 'The file was not saved, because there is not enough room. Free some space or choose another place.',
  refused:
    'The file was not saved, because it may not be written there or another program has it open. Choose another place.',
  failed: 'The file was not saved. Try again, or choose another place.',
}

const until = (at: number | null): string => (at === null ? 'later' : `after ${formatClock(at)}`)

/** What a person reads of a fault: what happened, and what they can do. Exhaustive by type. */
export function sentence(error: AppError): string {
  switch (error.code) {
    case 'invalid-input':
      return 'Something in this form is not right. Check what you entered.'
    case 'wrong-credentials':
      return 'The email or password is not correct.'
    case 'registration-refused':
      return 'The account could not be created. Check the marked fields.'
    case 'wrong-code':
      return 'That code is not correct. Enter the newest one.'
    case 'code-expired':
      return 'The code was not entered in time. Sign in again to get a new one.'
    case 'account-refused':
      return error.reason === 'email-unverified'
        ? 'Your chat account’s email address is not verified yet. Ask your administrator to verify it.'
        : 'Your chat account does not let you in. Ask your administrator for help.'
    case 'unreachable':
      return unreachable(error.server, error.reason)
    case 'server-error':
      return `${server[error.server]} has a problem right now (${error.status}). Try again in a few minutes.`
    case 'unexpected-answer':
      return `${server[error.server]} gave an answer that makes no sense. Try again in a few minutes.`
    case 'rate-limited':
      return `Too many attempts. Try again ${until(error.retryAt)}.`
    case 'banned':
      return `Your chat account is blocked for a while. Try again ${until(error.until)}.`
    case 'signed-out':
      return 'You are signed out. Sign in to go on.'
    case 'session-expired':
      return 'Your session has ended. Sign in again to go on.'
    case 'not-found':
      return 'This is not there any more.'
    case 'forbidden':
      return 'You may not do this.'
    case 'turn-failed':
      return turnFailed(error.reason, error.detail)
    case 'file-rejected':
      return fileRejected(error.reason, error.limit)
    case 'link-refused':
      return 'This link was not opened, because it is not a web page or email address.'
    case 'not-saved':
      return notSaved[error.reason]
    case 'managed':
      return error.setting === 'uploads'
        ? 'Your organisation does not let images be attached to messages.'
        : 'This is decided by your organisation and cannot be changed here.'
    case 'cancelled':
      return 'This was stopped before it began.'
    case 'internal':
      return `Something went wrong in the app (${error.id}). Try again; if it stays, tell support this number.`
  }
}

/** Why the session is not remembered, or cannot be read. */
export function keychainSentence(problem: KeychainProblem): string {
  switch (problem) {
    case 'unavailable':
      return 'This computer has no keychain that can be used'
    case 'locked':
      return 'The keychain of this computer is locked'
    case 'hanging':
      return 'The keychain of this computer does not answer'
    case 'unreadable':
      return 'The saved session on this computer cannot be read'
  }
}
