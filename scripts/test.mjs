// npm test: installs, checks types, lint and format, builds, and runs every test. Ends in "N passed, N failed".
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap, nodeOf, root } from './bootstrap.mjs'
import { systemPackages } from './system.mjs'

const began = Date.now()
const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`
let passed = 0
let failed = 0

const env = { ...bootstrap(), CI: 'true', NO_COLOR: '1' }
systemPackages()

/** One step that passes or fails as a whole. */
function step(name, command, args) {
  console.log(`\n### ${name} (${seconds()})`)
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env })
  if (status === 0) passed++
  else failed++
  return status === 0
}

/** Counts the single tests of a vitest run. */
function vitest(name, projects) {
  console.log(`\n### ${name} (${seconds()})`)
  const report = join(root, 'node_modules/.cache/vitest', `${projects.join('-')}.json`)
  mkdirSync(join(root, 'node_modules/.cache/vitest'), { recursive: true })
  rmSync(report, { force: true })
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  const { status } = spawnSync(nodeOf(env), [...args, ...projects.flatMap((project) => ['--project', project])], {
    cwd: root,
    stdio: 'inherit',
    env,
  })
  let counted = { passed: 0, failed: 0 }
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    counted = { passed: numPassedTests, failed: numFailedTests }
  } catch {
    console.error(`${name}: no report was written`)
  }
  passed += counted.passed
  failed += counted.failed
  // A suite that broke outside of its tests counts as one failure.
  if (status !== 0 && counted.failed === 0) failed++
}

step('types', 'npm', ['run', '-s', 'typecheck'])
step('lint', 'npm', ['run', '-s', 'lint'])
step('format', 'npm', ['run', '-s', 'format:check'])
if (step('build', 'npm', ['run', '-s', 'build'])) {
  vitest('unit and contract tests', ['node', 'window'])
  vitest('journeys', ['journeys'])
  vitest('responsiveness', ['responsiveness'])
}

console.log(`\n${passed} passed, ${failed} failed`)
console.log(`total ${seconds()}`)
process.exit(failed === 0 ? 0 : 1)
