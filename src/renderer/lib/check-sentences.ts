import type { CheckName, CheckResult, Finding } from '../../contract/diagnostics.ts'
import { networkWords } from './check-network-words.ts'
import { serverWords } from './check-server-words.ts'
import { freeSpace, issuerOf, proxyOf } from './check-words.ts'
import type { About, Words, WordsOf } from './check-words.ts'

const fine: Readonly<Record<CheckName, (about: About) => string>> = {
  address: ({ fact }) => `${fact('address')}`,
  proxy: (about) => `Connects through the ${proxyOf(about)}.`,
  dns: ({ fact }) => `The name stands for ${fact('addresses')}.`,
  tcp: ({ fact }) => `Connected to ${fact('connected-to')}.`,
  tls: (about) => `Encrypted with ${about.fact('tls-version')}. The certificate is from ${issuerOf(about)}.`,
  answer: ({ Server }) => `${Server} answers as it should.`,
  clock: () => 'The clock of this computer is right.',
  'sign-in': () => 'Hestami accepts your session.',
  librechat: ({ fact }) => `Your session is accepted, and ${fact('models')} models are listed.`,
  stream: () => 'Answers arrive piece by piece, as they are written.',
  keychain: () => 'The keychain of this computer answers.',
  storage: (about) => `The app’s folder can be written; ${freeSpace(about)} free.`,
}

const words: WordsOf<Finding> = {
  none: (about) => ({ found: fine[about.check](about) }),
  'not-needed': ({ check, fact }) => {
    if (check === 'proxy') return { found: 'There is no proxy: the app connects directly.' }
    if (check === 'tls') return { found: 'Not encrypted, because this server is on this computer.' }
    return {
      found: fact('looked-up-by') === null ? 'The address is a number already.' : 'The proxy looks the name up.',
    }
  },
  'earlier-failed': () => ({ found: 'An earlier step has to work first.' }),
  cancelled: () => ({ found: 'The check was stopped.' }),
  'not-checked': () => ({
    found: 'This step itself did not work.',
    you: 'Run the check again. If it stays, save a support bundle and send it to support.',
  }),
  ...networkWords,
  ...serverWords,
}

/** What a person reads of a step that has ended. `origin`: the address of its server, where it has one. */
export function checkWords({ check, server, state, finding, facts }: CheckResult, origin: string | null): Words {
  return words[finding]({
    check,
    Server: server === 'platform' ? 'Hestami' : 'The chat server',
    server: server === 'platform' ? 'Hestami' : 'the chat server',
    host: (origin === null ? null : URL.parse(origin)?.host) ?? 'the server',
    failed: state === 'failed',
    fact: (name) => facts.find((fact) => fact.name === name)?.value ?? null,
  })
}
