import { randomBytes } from 'node:crypto'
import type { Command } from './command.ts'

const hex = (bytes: number): string => randomBytes(bytes).toString('hex')
/** As Python's `Fernet.generate_key()` prints one: url-safe base64 with padding. */
const fernetKey = (): string => `${randomBytes(32).toString('base64url')}=`

/** What compose.yaml refuses to start without. The two passwords stand in URLs: letters and digits only. */
const secrets: readonly { readonly name: string; readonly make: () => string }[] = [
  { name: 'LIBRECHAT_ENCRYPTION_KEY', make: fernetKey },
  { name: 'JWT_SECRET', make: () => hex(32) },
  { name: 'METRICS_TOKEN', make: () => hex(32) },
  { name: 'POSTGRES_PASSWORD', make: () => hex(32) },
  { name: 'MONGO_PASSWORD', make: () => hex(32) },
  { name: 'LIBRECHAT_JWT_SECRET', make: () => hex(32) },
  { name: 'LIBRECHAT_JWT_REFRESH_SECRET', make: () => hex(32) },
  // LibreChat wants 64 and 32 hexadecimal digits.
  { name: 'LIBRECHAT_CREDS_KEY', make: () => hex(32) },
  { name: 'LIBRECHAT_CREDS_IV', make: () => hex(16) },
]

export const newEnv: Command = {
  name: 'new-env',
  summary: 'prints a .env with fresh secrets for compose.yaml',
  usage: `> .env

Prints everything that compose.yaml does not start without, new each time; platform/.env.example has what else can be set. Keep
what it prints secret, and a copy elsewhere: without LIBRECHAT_ENCRYPTION_KEY the stored LibreChat passwords cannot be read.
Use npm run -s: npm without it writes into the output too. Nothing is written but to standard output:

  (umask 077; npm run -s platform -- new-env > platform/.env)`,
  options: {},
  database: false,
  async run(terminal) {
    terminal.stdout(
      [
        '# Secrets for compose.yaml. Everything else that can be set is in .env.example.\n',
        ...secrets.map(({ name, make }) => `${name}=${make()}\n`),
      ].join(''),
    )
    return 0
  },
}
