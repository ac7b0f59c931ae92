import { expect, test } from 'vitest'
import type { CheckResult } from '../../contract/diagnostics.ts'
import { checkServer } from './server-path.ts'
import { createSteps } from './step.ts'

async function walk(origin: string, { unconfigured = false, limit = 10_000 } = {}): Promise<Map<string, CheckResult>> {
  const told = new Map<string, CheckResult>()
  const steps = createSteps({
    runId: crypto.randomUUID(),
    signal: new AbortController().signal,
    emit: (result) => told.set(result.check, result),
    log: () => undefined,
  })
  await checkServer({
    server: 'platform',
    origin,
    userAgent: 'Test/1',
    resolveProxy: async () => await Promise.resolve(null),
    ca: [],
    unconfigured,
    steps,
    deadline: performance.now() + limit,
  })
  return told
}

test('an installation without servers is told, and still looks where it would', async () => {
  const told = await walk('http://localhost:1', { unconfigured: true })
  expect(told.get('address')).toMatchObject({ state: 'warning', finding: 'address-local' })
  expect(told.get('tcp')).toMatchObject({ state: 'failed', finding: 'tcp-refused' })
  expect((await walk('http://localhost:1')).get('address')).toMatchObject({ state: 'ok' })
})

test('an address that is a number needs no name server, in either family', async () => {
  for (const origin of ['http://127.0.0.1:1', 'http://[::1]:1']) {
    const told = await walk(origin)
    expect(told.get('dns')).toMatchObject({ state: 'skipped', finding: 'not-needed' })
    expect(told.get('tcp')).toMatchObject({ state: 'failed' })
    expect(told.get('answer')).toMatchObject({ state: 'skipped', finding: 'earlier-failed' })
  }
})
