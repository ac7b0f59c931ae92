// node scripts/run.mjs FILE.ts [ARGS]: runs a TypeScript file on the project's Node.js, with the built app and what tests use.
import { bootstrap, fail, nodeOf, run } from './bootstrap.mjs'
import { buildIfStale } from './build.mjs'
import { systemPackages } from './system.mjs'

const [file, ...args] = process.argv.slice(2)
if (!file) fail('usage: node scripts/run.mjs FILE.ts [ARGS]')
const env = bootstrap()
systemPackages()
buildIfStale(env)
run(nodeOf(env), [file, ...args], env)
