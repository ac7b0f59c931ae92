// npm run platform -- <command>: the platform's command line (platform/src/cli.ts).
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { bootstrap, nodeOf, root } from './bootstrap.mjs'

const env = bootstrap()
const cli = join(root, 'platform/src/cli.ts')
// Where the user stands, not where npm went: a file that is named is one of theirs.
const cwd = process.env.INIT_CWD ?? process.cwd()
const child = spawn(nodeOf(env), [cli, ...process.argv.slice(2)], { cwd, stdio: 'inherit', env })
// Ctrl+C reaches the child by itself; it decides what it means.
process.on('SIGINT', () => undefined)
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
