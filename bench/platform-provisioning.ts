import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { createFernet } from '../platform/src/fernet.ts'
import { createLibreChatPasswords } from '../platform/src/librechat/passwords.ts'
import { platformUserAgent } from '../platform/src/librechat/user-agent.ts'
import { startProvisioning } from '../platform/src/provisioning/start.ts'
import { startWorkerProcess } from '../platform/src/testing/worker-process.ts'
import { registerDirectly } from './platform-direct.ts'
import { startLibreChatProcess } from './platform-librechat.ts'
import type { BenchServer } from './platform-setting.ts'
import { addLegacyUsers, newEncryptionKey, newLegacyUsers, silent } from './platform-setting.ts'
import type { Row } from './report.ts'
import { median } from './report.ts'

/** About what bcrypt takes in a LibreChat, in milliseconds; and the platform's calls at once. */
const bcrypt = 50
const concurrency = 8
/** So few that a machine of four cores still has room for a second worker: an account takes about 30 ms of CPU in all. */
const fewCalls = 4

interface Run {
  readonly milliseconds: number
  /** Of the first worker, in MB, at even times; empty where the system has no /proc. */
  readonly memory: number[]
}

async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]) / 1024
}

/** From asking for the users' accounts until every user has one. */
async function runEngine(
  server: BenchServer,
  of: { users: number; workers: number; latency: number; calls?: number },
): Promise<Run> {
  const { users: count, workers: workerCount, latency, calls = concurrency } = of
  const { url, database, close } = await server.createDatabase()
  const librechat = await startLibreChatProcess(latency)
  const encryptionKey = newEncryptionKey()
  const passwords = createLibreChatPasswords({ fernet: createFernet(encryptionKey), log: silent })
  const settings = { databaseUrl: url, librechatUrl: librechat.url, encryptionKey, times: {}, concurrency: calls }
  const workers = Array.from({ length: workerCount }, () => startWorkerProcess(settings))
  try {
    await Promise.all(workers.map((worker) => worker.saw(({ event }) => event === 'engine.started')))
    const users = newLegacyUsers(count)
    await addLegacyUsers(database, users)
    const { requests, accounts, ...asking } = await startProvisioning({
      database,
      databaseUrl: url,
      librechat: { url: librechat.url, userAgent: platformUserAgent },
      passwords,
      engine: false,
      log: silent,
    })
    const memory: number[] = []
    const began = performance.now()
    let asked = false
    const asks = requests.provision(users.map(({ id }) => id)).finally(() => (asked = true))
    for (let done = 0; done < count;) {
      await pause(200)
      if (asked) await asks
      const states = await accounts.countByState()
      done = states.get('provisioned') ?? 0
      const rss = await residentMemory(workers[0]?.child.pid ?? 0)
      if (Number.isFinite(rss)) memory.push(rss)
    }
    const milliseconds = performance.now() - began
    await asking.close()
    return { milliseconds, memory }
  } finally {
    await Promise.all(workers.map((worker) => worker.kill('SIGTERM')))
    await librechat.close()
    await close()
  }
}

async function runDirectly(count: number, latency: number): Promise<number> {
  const librechat = await startLibreChatProcess(latency)
  try {
    return await registerDirectly(librechat.url, newLegacyUsers(count), concurrency)
  } finally {
    await librechat.close()
  }
}

/** Users as Django left them, given LibreChat accounts by the engine, against calling LibreChat without it. */
export async function benchProvisioning(server: BenchServer, users: number): Promise<Row[]> {
  const few = Math.ceil(users / 5)
  const before = await runDirectly(few, bcrypt)
  const one = await runEngine(server, { users, workers: 1, latency: bcrypt })
  const after = await runDirectly(few, bcrypt)
  const two = await runEngine(server, { users, workers: 2, latency: bcrypt })
  const oneOfFew = await runEngine(server, { users: few, workers: 1, latency: bcrypt, calls: fewCalls })
  const twoOfFew = await runEngine(server, { users: few, workers: 2, latency: bcrypt, calls: fewCalls })
  const fastest = await runEngine(server, { users: few, workers: 1, latency: 0 })
  const fastestDirectly = await runDirectly(few, 0)
  const third = Math.floor(one.memory.length / 3)
  const calls = `${concurrency} calls at once`
  return [
    {
      what: `a legacy user's LibreChat account, ${users} users, ${calls}, LibreChat takes ${bcrypt} ms a call`,
      value: one.milliseconds / users,
      baseline: (before + after) / (2 * few),
      unit: 'ms',
      against: 'register and login called directly',
      goal: { of: 'ratio', most: 1.5 },
    },
    {
      what: 'memory of the worker in the last third of these users',
      value: median(one.memory.slice(-third)),
      baseline: median(one.memory.slice(0, third)),
      unit: 'MB',
      against: 'in the first third',
      goal: { of: 'ratio', most: 1.25 },
    },
    {
      what: `the same users with two worker processes, ${concurrency} calls at once each`,
      value: two.milliseconds / 1000,
      baseline: one.milliseconds / 1000,
      unit: 's',
      against: 'with one',
      goal: { of: 'ratio', most: 0.6 },
    },
    {
      what: `${few} users with two worker processes, ${fewCalls} calls at once each`,
      value: twoOfFew.milliseconds / 1000,
      baseline: oneOfFew.milliseconds / 1000,
      unit: 's',
      against: 'with one',
      goal: { of: 'ratio', most: 0.6 },
    },
    {
      what: `a legacy user's LibreChat account, ${few} users, ${calls}, LibreChat takes no time`,
      value: fastest.milliseconds / few,
      baseline: fastestDirectly / few,
      unit: 'ms',
      against: 'called directly',
    },
  ]
}
