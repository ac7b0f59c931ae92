// node scripts/run.mjs FILE.ts [ARGS]: runs a TypeScript file on the project's Node.js.
import { bootstrap, fail, nodeOf, run } from './bootstrap.mjs'

const [file, ...args] = process.argv.slice(2)
if (!file) fail('usage: node scripts/run.mjs FILE.ts [ARGS]')
const env = bootstrap()
run(nodeOf(env), [file, ...args], env)
