// npm start: installs, builds, and runs the app (see dev/start/main.ts for the flags).
import { spawn } from 'node:child_process'
import { bootstrap, nodeOf, root } from './bootstrap.mjs'
import { buildIfStale } from './build.mjs'

const env = bootstrap()
buildIfStale(env)
const child = spawn(nodeOf(env), ['dev/start/main.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
