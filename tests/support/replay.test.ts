import { expect, test } from 'vitest'
import type { AppError } from '../../src/contract/errors.ts'
import type { Result } from '../../src/contract/errors.ts'
import { startReplayServers } from '../../dev/replay/servers.ts'
import { readBundle } from '../../src/main/debug/read-bundle.ts'
import { createReplayKeychain } from '../../src/main/debug/replay-keychain.ts'
import { replayPlan, splitRules } from '../../src/main/debug/replay-plan.ts'
import { driveApp, newData } from '../faults/harness/driven-app.ts'
import type { DrivenApp } from '../faults/harness/driven-app.ts'
import { target } from '../contract/harness/client.ts'
import { png } from '../journeys/harness/images.ts'
import { createTroubled, seededFaults } from './harness/seeded-faults.ts'
import type { SeededFault } from './harness/seeded-faults.ts'

const codeOf = (error: AppError): string => ('reason' in error ? `${error.code} ${error.reason}` : error.code)
const told = (result: Result<unknown>): string => (result.ok ? 'ok' : codeOf(result.error))

const isOver = (status: string | undefined): boolean => ['complete', 'failed', 'stopped'].includes(status ?? '')

/** What a person does who tries everything once, and what they are told. */
async function useIt(app: DrivenApp, question: string, meanwhile?: () => void): Promise<string[]> {
  const seen: string[] = []
  const see = (what: string, found: string): void => void seen.push(`${what}: ${found}`)
  await app.start()
  see('sign in', told(await app.call('session.signIn', { email: 'demo@example.com', password: 'whatever it is' })))
  await expect.poll(async () => (await app.state()).phase, { timeout: 10_000 }).not.toBe('signing-in')
  const state = await app.state()
  see('phase', state.phase)
  if (state.phase !== 'signed-in') return seen
  see('keychain', String(state.keychain))
  see('models', told(await app.call('models.list')))
  see('conversations', told(await app.call('conversations.page', { cursor: null })))
  await app.call('attachments.add', {
    id: crypto.randomUUID(),
    draftKey: 'new',
    name: 'a.png',
    type: 'image/png',
    width: 16,
    height: 16,
    bytes: new Uint8Array(await png(16, 16)),
    target,
  })
  await expect
    .poll(async () => JSON.stringify(await app.call('attachments.list', { draftKey: 'new' })), { timeout: 10_000 })
    .not.toMatch(/"(waiting|uploading)"/)
  const images = await app.call('attachments.list', { draftKey: 'new' })
  const status = images.ok ? images.value[0]?.status : undefined
  see('image', status?.kind === 'failed' ? codeOf(status.error) : (status?.kind ?? 'none'))
  const turnId = await app.send(question)
  await expect.poll(() => isOver(app.turn(turnId)?.status), { timeout: 20_000 }).toBe(true)
  const turn = app.turn(turnId)
  see('answer', turn?.error ? codeOf(turn.error) : String(turn?.status))
  if (typeof turn?.conversationId === 'string')
    see('messages', told(await app.call('messages.load', { conversationId: turn.conversationId })))
  meanwhile?.()
  see('conversations again', told(await app.call('conversations.page', { cursor: null })))
  see('phase at the end', (await app.state()).phase)
  return seen
}

async function bundleOf(app: DrivenApp): Promise<string> {
  const bundle = await app.call('support.bundle')
  if (!bundle.ok) throw new Error('no bundle')
  return bundle.value.lines.join('\n')
}
/** How the answers came, as the timeline has it: nobody is told that in words. */
const wasBuffered = (text: string): boolean =>
  replayPlan(readBundle(text)).rules.some(({ effect }) => effect.kind === 'buffer')

interface Run {
  readonly name: string
  readonly first: readonly string[]
  readonly again: readonly string[]
}

async function reproduce(fault: SeededFault): Promise<Run> {
  const { question = 'What is a house?' } = fault
  const troubled = await createTroubled(fault)
  const { config, keychain, parts, meanwhile } = troubled
  const data = [newData(), newData()] as const
  const customer = await driveApp({ data: data[0].path, config, keychain, parts, flavour: 'production' })
  const first = await useIt(customer, question, meanwhile)
  // All that leaves the computer of whoever has the problem.
  const text = await bundleOf(customer)
  await customer.close()
  await troubled.close()

  const plan = replayPlan(readBundle(text))
  const { app: rules, servers } = splitRules(plan.rules)
  const replay = await startReplayServers({ style: plan.style, rules: servers })
  const supporter = await driveApp({
    data: data[1].path,
    config: { ...replay, replay: { version: plan.version, rules } },
    keychain: createReplayKeychain(plan.keychain),
  })
  const again = await useIt(supporter, question)
  const repeated = await bundleOf(supporter)
  await supporter.close()
  await replay.close()
  for (const folder of data) folder.remove()
  return {
    name: fault.name,
    first: [...first, `buffered: ${wasBuffered(text)}`],
    again: [...again, `buffered: ${wasBuffered(repeated)}`],
  }
}

/** Faults that are tried at the same time. */
const atOnce = 6

test('what people met happens again from their support bundle alone', { timeout: 120_000 }, async () => {
  const healthy = await reproduce({ name: 'nothing is wrong', seed: () => undefined })
  expect(healthy.again).toEqual(healthy.first)
  const waiting = [...seededFaults]
  const runs: Run[] = []
  const work = async (): Promise<void> => {
    for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) runs.push(await reproduce(fault))
  }
  await Promise.all(Array.from({ length: atOnce }, work))

  // A fault that changes nothing for anybody would be reproduced by doing nothing.
  for (const { name, first } of runs) expect({ name, first }).not.toEqual({ name, first: healthy.first })
  const different = new Set(runs.map(({ first }) => JSON.stringify(first)))
  const missed = runs.filter(({ first, again }) => JSON.stringify(first) !== JSON.stringify(again))
  const share = 1 - missed.length / runs.length
  console.log(`replayed: ${runs.length - missed.length} of ${runs.length} faults (${Math.round(share * 100)} %)`)
  for (const { name, first, again } of missed) console.log(`not the same: ${name}`, { first, again })
  expect(different.size).toBeGreaterThanOrEqual(15)
  expect(share).toBeGreaterThanOrEqual(0.8)
})
