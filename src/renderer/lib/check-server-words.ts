import type { Finding } from '../../contract/diagnostics.ts'
import { again, freeSpace, status } from './check-words.ts'
import type { About, WordsOf } from './check-words.ts'
import { formatClock } from './format.ts'

type Server =
  | Extract<
      Finding,
      | `server-${string}`
      | `client-${string}`
      | `clock-${string}`
      | `session-${string}`
      | `stream-${string}`
      | `keychain-${string}`
    >
  | 'captive-portal'
  | 'not-the-server'
  | 'answer-timeout'
  | 'banned'
  | 'rate-limited'
  | 'signed-out'
  | 'librechat-refused'
  | 'no-models'
  | 'model-failed'
  | 'disk-full'
  | 'storage-failed'

/** `3 hours`, of the larger of the differences to the two servers. */
function skew({ fact }: About): string {
  const here = Date.parse(fact('this-computer') ?? '')
  const off = (['platform-clock', 'librechat-clock'] as const)
    .map((name) => Math.abs(here - Date.parse(fact(name) ?? '')))
    .filter((difference) => !Number.isNaN(difference))
  const minutes = Math.round(Math.max(0, ...off) / 60_000)
  if (minutes < 120) return `${minutes} minutes`
  return minutes < 2880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`
}

/** What the servers say, and what is on this computer. */
export const serverWords: WordsOf<Server> = {
  'captive-portal': ({ server, fact }) => ({
    found: `Something in this network answers in place of ${server}${fact('sent-to') === null ? '' : `, and sends to ${fact('sent-to')}`}.`,
    you: `Open any web page in your browser, sign in to the network there, ${again}`,
    administrator: 'Let the app’s servers through without a page in between.',
  }),
  'not-the-server': (about) => ({
    found: `${about.host} answers, but not as ${about.server}${status(about)}.`,
    you: 'Ask your administrator whether the app is set up for the right address.',
    administrator: `Check the address ${about.host}: it has to be the server itself, without a sign-in page or gateway in front of /api.`,
  }),
  'server-error': (about) => ({
    found: `${about.Server} has a problem${status(about)}.`,
    you: 'Try again in a few minutes.',
    administrator: `Look at the logs of ${about.host} and of the proxy in front of it.`,
  }),
  'server-starting': ({ Server }) => ({
    found: `${Server} is just starting.`,
    you: 'Wait a minute, then run the check again.',
  }),
  'answer-timeout': ({ check, Server, host }) =>
    check === 'stream'
      ? { found: 'The model did not begin to answer in time.', you: 'Try again, or choose another model.' }
      : {
          found: `${Server} took the connection and then did not answer in time.`,
          you: 'Try again in a few minutes.',
          administrator: `${host} is overloaded, or something in between holds back its answers.`,
        },
  'client-blocked': ({ Server, host }) => ({
    found: `${Server} refuses this app, because something on the way hides what app it is or does not like it.`,
    you: 'Do not try again and again: each try can lead to a ban. Use another network, or ask your administrator.',
    administrator: `Let the User-Agent header reach ${host} unchanged, and allow the app in the web application firewall. LibreChat bans clients that it does not take for a browser.`,
  }),
  banned: ({ Server, host }) => ({
    found: `${Server} has blocked this account or this network for a while.`,
    you: 'Wait: such a block usually ends after two hours. Signing in again and again makes it longer.',
    administrator: `Lift the ban of the user and of the address at ${host}, and look for what caused it (BAN_VIOLATIONS).`,
  }),
  'rate-limited': ({ Server, fact }) => ({
    found: `${Server} got too many requests from here.`,
    you: `Wait${fact('retry-after') === null ? ' a few minutes' : ` until ${formatClock(Date.parse(fact('retry-after') ?? ''))}`}, ${again}`,
    administrator: 'Many people behind one address share one limit: raise it for this network.',
  }),
  'clock-skew': (about) => ({
    found: `The clock of this computer is off by ${skew(about)}.`,
    you: 'Let the system set date and time by itself, and check the time zone.',
  }),
  'server-clock-skew': (about) => ({
    found: `The clock of one server is off by ${skew(about)}; this computer agrees with the other.`,
    administrator: 'Set the server’s clock from the network (NTP).',
  }),
  'signed-out': () => ({ found: 'You are not signed in. Sign in, then run the check again for this step.' }),
  'session-refused': () => ({
    found: 'Hestami has ended your session.',
    you: 'Sign in again. Your chats and drafts are kept.',
  }),
  'librechat-refused': ({ failed }) => ({
    found: 'The chat server has ended its part of your session.',
    you: failed
      ? 'Sign out and sign in again.'
      : 'Nothing: the app opens a new one with your next message. If it is back each time, tell your administrator.',
  }),
  'no-models': () => ({
    found: 'You are signed in, but no model is offered to your account.',
    administrator: 'Give this account’s role at least one endpoint with a model.',
  }),
  'stream-buffered': ({ host, fact }) => ({
    found: `Answers are held back on the way: ${fact('pieces') ?? 'all'} pieces came together${fact('first-piece') === null ? '' : ` after ${fact('first-piece')}`}.`,
    you: 'Nothing is lost; answers only appear late and all at once. Another network may be better.',
    administrator: `A proxy between this computer and ${host} buffers answers of type text/event-stream: switch off response buffering for it (nginx: proxy_buffering off), and exempt ${host} from content scanning.`,
  }),
  'stream-cut': ({ host }) => ({
    found: 'The connection was cut while an answer was arriving.',
    you: 'The app fetches the rest by itself. If it happens often, try another network.',
    administrator: `A proxy between this computer and ${host} ends long answers: allow several minutes of silence for text/event-stream.`,
  }),
  'stream-not-tried': () => ({
    found: 'There was no answer to look at yet. Let the check ask the model, or send a message, then run it again.',
  }),
  'stream-too-short': () => ({ found: 'The answer was too short to tell.' }),
  'stream-busy': () => ({ found: 'An answer is being written now. Run the check again when it is complete.' }),
  'model-failed': ({ fact }) => ({
    found: `The connection works, but ${fact('model') ?? 'the model'} could not answer.`,
    you: 'Choose another model and send a message.',
    administrator: 'Look at the key, the balance and the limits of that model at the chat server.',
  }),
  'keychain-unavailable': () => ({
    found: 'This computer has no keychain that can be used, so you stay signed in only until the app is closed.',
    you: 'On Linux, install and start GNOME Keyring or KWallet, then sign in to the computer again.',
  }),
  'keychain-locked': () => ({
    found: 'The keychain of this computer is locked, so a saved session cannot be opened.',
    you: 'Unlock the keychain (on Linux with “Passwords and Keys”, on macOS with “Keychain Access”), then try again.',
  }),
  'keychain-hanging': () => ({
    found: 'The keychain of this computer does not answer.',
    you: 'Look for a window of the system that asks for a password. Otherwise sign out of the computer and in again.',
  }),
  'disk-full': (about) => ({
    found: about.failed ? 'The disk is full.' : `The disk is nearly full: ${freeSpace(about)} free.`,
    you: 'Free some space. Your chats on the server are not affected.',
  }),
  'storage-failed': ({ fact }) => ({
    found: `The app’s folder cannot be used${fact('error') === null ? '' : ` (${fact('error')})`}.`,
    you: 'Check that the disk is not read-only and that a security program lets the app write.',
    administrator: 'The user needs to read and write the app’s folder in the local application data.',
  }),
}
