// npm run release: builds, signs and uploads the update feed from what was packed (see release/run.ts for the flags).
import { bootstrap, nodeOf, run } from './bootstrap.mjs'

const env = bootstrap()
run(nodeOf(env), ['release/run.ts', ...process.argv.slice(2)], env)
