// npm start: installs, builds, and runs the app (see dev/start/main.ts for the flags).
import { spawn } from 'node:child_process'
import { bootstrap, nodeOf, root } from './bootstrap.mjs'
import { buildIfStale } from './build.mjs'

const env = bootstrap()
buildIfStale(env)
const child = spawn(nodeOf(env), ['dev/start/main.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// npm does not pass every end on: without it this has to end as well, and its child sees that.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.exit(0)
}, 1000).unref()
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
