// npm run package: builds and packs the app for this system (see packaging/run.ts for the flags).
import { bootstrap, nodeOf, run } from './bootstrap.mjs'

const env = bootstrap()
// Always built: what goes to people must not be what happened to lie there.
if (!process.argv.includes('--help')) run('npm', ['run', '-s', 'build'], env)
run(nodeOf(env), ['packaging/run.ts', ...process.argv.slice(2)], env)
