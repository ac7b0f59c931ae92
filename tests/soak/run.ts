import type { Disturbances } from './disturbances.ts'
import { keepKilling, keepRestartingPostgres, keepRotating } from './disturbances.ts'
import { keepFlapping } from './flapping.ts'
import type { Flaps } from './flapping.ts'
import { keepChangingKeys } from './key-changes.ts'
import { keepAsking, keepRegistering, newPeople } from './people.ts'
import type { PlatformProcess } from './platform-process.ts'
import { growth, keepSampling } from './resources.ts'
import type { Sample } from './resources.ts'
import { openSetting } from './setting.ts'
import { findSecrets, oddLines, readEngine, readLog, settled, verifyAccounts } from './verify.ts'

/**
 * npm run test:soak: two platforms on one PostgreSQL while users register, LibreChat is out of order, platforms are killed,
 * PostgreSQL restarts, passwords and keys are replaced, for SOAK_MINUTES (default 20). Then everything has to be right.
 */
const minutes = Number(process.env['SOAK_MINUTES'] ?? 20)
if (!(minutes > 0)) throw new Error('SOAK_MINUTES is a number of minutes')
/** Milliseconds: the longest wait between two runs of a user's workflow is ten minutes. */
const longestQuiet = 15 * 60_000
const [registrars, askers] = [2, 1]

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const wrong: string[] = []
const check = (is: boolean, what: string): void => void (is || wrong.push(what))
const setting = await openSetting()
try {
  const { platforms } = setting
  const people = newPeople()
  const flaps: Flaps = { faults: {}, passwords: new Set() }
  const done: Disturbances = { kills: 0, databaseRestarts: 0, keyChanges: 0, rotations: 0 }
  const samples: Sample[] = []
  const began = Date.now()
  const elapsed = (): number => (Date.now() - began) / 60_000
  const over = AbortSignal.timeout(minutes * 60_000)
  // In the second half the first platform lives on, and what it uses is watched.
  const spared = (): boolean => elapsed() > minutes / 2 - 0.1
  const later = setTimeout(() => void keepSampling(platforms[0].origin, samples, over), minutes * 30_000)
  const told = setInterval(
    () => console.log(`${elapsed().toFixed(1)} min: ${people.registered.length} users, ${done.kills} kills`),
    30_000,
  )
  await Promise.all([
    ...Array.from({ length: registrars }, () => keepRegistering(setting, people, over)),
    ...Array.from({ length: askers }, () => keepAsking(setting, people, over)),
    keepFlapping(setting.librechat, flaps, over),
    keepKilling(setting, done, spared, over),
    keepChangingKeys(setting, done, spared, over),
    keepRestartingPostgres(setting, done, over),
    keepRotating(setting, people, done, over),
  ])
  clearTimeout(later)
  clearInterval(told)
  console.log(`quiet after ${elapsed().toFixed(1)} min`)
  const quietFrom = Date.now()
  const left = await settled(setting, longestQuiet)
  const quiet = Math.round((Date.now() - quietFrom) / 1000)
  check(left.users === 0, `${left.users} users still wait`)
  check(left.workflows === 0, `${left.workflows} workflows have not ended`)

  setting.librechat.settings.latency = 0
  const accounts = await verifyAccounts(setting, people)
  wrong.push(...accounts.wrong)
  for (const email of people.wrongHandOuts) wrong.push(`${email} was told a password that did not open the account`)
  const engine = await readEngine(setting)
  wrong.push(...engine.wrong)
  const used = growth(samples)
  check(!used.grows, `the platform that lived on grows: ${used.text}`)

  const codes = await setting.endPlatforms()
  check(
    codes.every((code) => code === 0),
    `the platforms ended with ${codes.join(' and ')}`,
  )
  const log = await readLog(setting)
  check(log.includes('"event":"engine.started"'), 'the log is empty')
  const passwords = new Set([...accounts.passwords, ...flaps.passwords])
  for (const [where, text] of [
    ['the log', log],
    ["the engine's tables", engine.text],
  ] as const)
    for (const what of new Set(findSecrets(text, passwords, setting.secrets))) wrong.push(`${where} holds ${what}`)

  const odd = oddLines(log)
  check(odd.length === 0, `${odd.length} lines of the log have no time`)

  const sum = (of: (platform: PlatformProcess) => number): number => of(platforms[0]) + of(platforms[1])
  const crashes = sum((platform) => platform.crashes)
  check(crashes === 0, `platforms ended by themselves ${crashes} times`)
  const counts = {
    users: accounts.users,
    'registrations without an answer': people.unanswered,
    'passwords handed out': people.handedOut,
    'passwords replaced': done.rotations,
    'encryption keys replaced': done.keyChanges,
    'platforms killed': done.kills,
    'platforms started': sum((platform) => platform.starts),
    'starts that failed, PostgreSQL being away': sum((platform) => platform.failedStarts),
    'PostgreSQL restarts': done.databaseRestarts,
    ...flaps.faults,
    'seconds until all was quiet': quiet,
    'lines of the log': log.split('\n').length - 1,
    'passwords looked for in it': passwords.size,
  }
  for (const [what, count] of Object.entries(counts)) console.log(`${String(count).padStart(8)}  ${what}`)
  console.log(`          ${used.text}`)
  check(accounts.users > 0 && done.kills > 0, 'nothing happened')
} finally {
  await setting.close()
}
for (const what of wrong.slice(0, 20)) console.error(`wrong: ${what}`)
console.log(wrong.length === 0 ? 'all is right' : `${wrong.length} things are wrong`)
process.exit(wrong.length === 0 ? 0 : 1)
