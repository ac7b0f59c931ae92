import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { newRecord, updatesFolder } from '../../src/main/updates/record.ts'
import type { UpdateRecord } from '../../src/main/updates/record.ts'
import { mustStart, newComputer, startClient, until } from './harness/client.ts'
import type { Computer } from './harness/client.ts'
import type { Doom } from './harness/doomed.ts'
import { makeRelease, sha512, writeRelease } from './harness/feed.ts'

const run = promisify(execFile)

/** A program that says its version. */
const program = (version: string): Buffer =>
  Buffer.from(`#!/bin/sh\necho ${version}\nexit 0\n${`# ${version} ${'x'.repeat(60)}\n`.repeat(2000)}`)

/** What the installed file says when it is started: it has to be startable, whatever happened. */
async function started({ image }: Computer): Promise<string> {
  const { stdout } = await run(image)
  return stdout.trim()
}

async function startDoomed(
  computer: Computer,
  version: string,
  dieAt: number,
): Promise<{ done: number; phase: string } | null> {
  const { folder, data, image, server, key } = computer
  const doom: Doom = { installation: { folder, data, image }, url: server.url, keys: [key.public], version, dieAt }
  const script = join(import.meta.dirname, 'harness/doomed.ts')
  try {
    const { stdout } = await run(process.execPath, [script, JSON.stringify(doom)])
    return JSON.parse(stdout) as { done: number; phase: string }
  } catch (thrown) {
    if ((thrown as { signal?: string }).signal === 'SIGKILL') return null
    throw thrown
  }
}

async function newUpdating(): Promise<Computer> {
  const computer = await newComputer(program('1.0.0'))
  await writeRelease(computer.feed, makeRelease({ version: '1.1.0', key: computer.key, bytes: program('1.1.0') }))
  return computer
}

/** A computer on which 1.1.0 was installed and failed twice. */
async function newReturning(): Promise<Computer> {
  const computer = await newComputer(program('1.1.0'))
  const folder = updatesFolder(computer.data)
  await mkdir(folder, { recursive: true })
  const old = program('1.0.0')
  await writeFile(join(folder, 'previous.AppImage'), old)
  await chmod(join(folder, 'previous.AppImage'), 0o755)
  const record: UpdateRecord = {
    ...newRecord(),
    highest: '1.1.0',
    trial: { version: '1.1.0', from: '1.0.0', starts: 2 },
    previous: { version: '1.0.0', sha512: sha512(old), size: old.length },
  }
  await writeFile(join(folder, 'record.json'), JSON.stringify(record))
  return computer
}

/** Runs a few at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)

test('killed at any moment of an update: the app starts, and the next try succeeds', async () => {
  const whole = await startDoomed(await newUpdating(), '1.0.0', 0)
  expect(whole).toMatchObject({ phase: 'ready' })
  const steps = whole?.done ?? 0
  expect(steps).toBeGreaterThanOrEqual(24)
  // All of the installation, which comes last, and some of what comes before.
  const chosen = upTo(steps).filter((step) => step > steps - 12 || step % Math.ceil((steps - 12) / 8) === 0)
  const versions = new Map<number, string>()

  await each(chosen, async (dieAt) => {
    const computer = await newUpdating()
    expect(await startDoomed(computer, '1.0.0', dieAt)).toBeNull()
    const version = await started(computer)
    versions.set(dieAt, version)
    if (version === '1.0.0') {
      const client = await mustStart(computer, { trial: true })
      client.updates.start()
      client.updates.ready()
      client.setSession('signed-out')
      await client.updates.check()
      await until(() => client.phase() === 'ready')
      await client.updates.restart(false)
      await client.updates.close()
    }
    expect(await started(computer)).toBe('1.1.0')
    const updated = await mustStart(computer, { version: '1.1.0', trial: true })
    expect(updated.updates.state().outcome).toMatchObject({ kind: 'updated', from: '1.0.0', to: '1.1.0' })
  })
  expect(new Set(versions.values())).toEqual(new Set(['1.0.0', '1.1.0']))
}, 60_000)

test('killed at any moment of the way back: the app starts, and comes back in the end', async () => {
  const whole = await startDoomed(await newReturning(), '1.1.0', 0)
  expect(whole).toMatchObject({ phase: 'returning' })
  const steps = whole?.done ?? 0
  expect(steps).toBeGreaterThanOrEqual(6)

  await each(upTo(steps), async (dieAt) => {
    const computer = await newReturning()
    expect(await startDoomed(computer, '1.1.0', dieAt)).toBeNull()
    const next = await started(computer)
    if (next === '1.1.0') await startClient(computer, { version: next, trial: true })
    expect(await started(computer)).toBe('1.0.0')
    const back = await mustStart(computer, { version: '1.0.0', trial: true })
    expect(back.updates.state().outcome).toEqual({ kind: 'rolled-back', from: '1.1.0', to: '1.0.0' })
  })
}, 60_000)

test('on a disk that is full: dropped, and said so', async () => {
  const computer = await newComputer(program('1.0.0'))
  const bytes = Buffer.concat([program('1.1.0'), Buffer.alloc(4_000_000, 1)])
  await writeRelease(computer.feed, makeRelease({ version: '1.1.0', key: computer.key, bytes }))
  const { folder, data, image, server, key } = computer
  const doom: Doom = {
    installation: { folder, data, image },
    url: server.url,
    keys: [key.public],
    version: '1.0.0',
    dieAt: 0,
  }
  const script = join(import.meta.dirname, 'harness/doomed.ts')
  // No file may become larger than 1,000 KB: what the system answers is what it answers when the disk is full.
  const { stdout } = await run('bash', [
    '-c',
    'ulimit -f 1000; exec "$@"',
    'bash',
    process.execPath,
    script,
    JSON.stringify(doom),
  ])
  expect(JSON.parse(stdout)).toEqual({ done: expect.any(Number) as number, phase: 'failed', reasons: ['disk-full'] })
  expect(await started(computer)).toBe('1.0.0')
  expect(await readFile(join(updatesFolder(data), 'record.json'), 'utf8')).not.toContain('pending":{')
})
