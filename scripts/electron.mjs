// npm run test:electron: the smoke suite in the real Electron. Needs its binary (it is downloaded once) and a display.
import { bootstrap, nodeOf, run } from './bootstrap.mjs'
import { buildIfStale } from './build.mjs'
import { systemPackages } from './system.mjs'

const env = bootstrap()
if (process.platform === 'linux') systemPackages()
buildIfStale(env)
run(
  nodeOf(env),
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.electron.config.ts', ...process.argv.slice(2)],
  env,
)
