import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { flavours } from '../../src/main/flavour.ts'
import { newRecord, updatesFolder } from '../../src/main/updates/record.ts'
import { mustStart, newComputer } from './harness/client.ts'
import { makeRelease, newKey, writeRelease } from './harness/feed.ts'
import { hostileFeeds } from './harness/hostile-feeds.ts'
import type { Case } from './harness/hostile-feeds.ts'

/** The channel file under the name that this installation asks for, whatever the release says it is. */
const asked = 'stable/stable-linux.yml'

/** What somebody who asked is told. */
function shown({ event, reason }: Case['expected']): object {
  if (event === 'updates.refused') return { phase: 'failed', update: null, problem: 'refused' }
  if (event === 'updates.not-checked') return { phase: 'failed', update: null, problem: 'unreachable' }
  return reason === 'halted' ? { phase: 'failed', update: null, problem: 'halted' } : { phase: 'idle' }
}

describe('what a server offers is not taken', () => {
  test.each(hostileFeeds)('$name', async ({ feed, expected }) => {
    const computer = await newComputer('what is installed')
    await mkdir(updatesFolder(computer.data), { recursive: true })
    await writeFile(
      join(updatesFolder(computer.data), 'record.json'),
      JSON.stringify({ ...newRecord(), highest: '1.0.5' }),
    )
    const { made, text, fault } = feed(computer.key)
    await writeRelease(
      computer.feed,
      { ...made, statement: { ...made.statement, file: 'genuine.AppImage' }, at: asked },
      text,
    )
    if (fault) computer.server.setFaults([{ file: asked, fault }])
    const client = await mustStart(computer)

    await client.updates.check()

    expect(client.reasons(expected.event)).toEqual([expected.reason])
    expect(client.updates.state().status).toMatchObject(shown(expected))
    // Nothing of it was fetched, nothing is to be installed.
    expect(computer.server.served.every(({ name }) => name === asked)).toBe(true)
    expect(await client.updates.restart(true)).toEqual({ kind: 'not-ready' })
    client.setLeaving('person')
    await client.updates.close()
    expect(await readFile(computer.image, 'utf8')).toBe('what is installed')
    expect(await readdir(updatesFolder(computer.data))).toEqual(['record.json'])
  })

  test('there are enough of them', () => expect(hostileFeeds.length).toBeGreaterThanOrEqual(40))

  test('the same, unasked: in silence', async () => {
    const computer = await newComputer()
    await writeRelease(computer.feed, makeRelease({ version: '1.1.0', key: newKey() }))
    const client = await mustStart(computer, { timing: { schedule: { first: 1 } } })
    client.updates.start()
    client.updates.ready()
    client.setSession('signed-out')
    await expect.poll(() => client.reasons('updates.refused')).toEqual(['unknown-key'])
    expect(client.states.map(({ status }) => status.phase)).toEqual(['idle'])
  })

  test('a build without a key takes none', async () => {
    const computer = await newComputer()
    await writeRelease(computer.feed, makeRelease({ version: '1.1.0', key: computer.key }))
    const client = await mustStart(computer, { keys: [] })
    await client.updates.check()
    expect(client.reasons('updates.refused')).toEqual(['unknown-key'])
  })

  test('while keys change, a signature of either is enough', async () => {
    const computer = await newComputer()
    const made = makeRelease({ version: '1.1.0', key: computer.key })
    const other = makeRelease({ version: '1.1.0', key: newKey() })
    made.yaml.hestami.signatures.unshift(...other.yaml.hestami.signatures)
    await writeRelease(computer.feed, made)
    const client = await mustStart(computer, { settings: { automaticUpdates: false } })
    await client.updates.check()
    expect(client.phase()).toBe('available')
  })

  test('a build that is not for developers takes nothing that comes without TLS', async () => {
    const computer = await newComputer()
    await writeRelease(computer.feed, makeRelease({ version: '1.1.0', key: computer.key }))
    const client = await mustStart(computer, { flavour: flavours.production })
    await client.updates.check()
    expect(client.updates.state().status).toEqual({ phase: 'off', reason: 'not-supported' })
    expect(computer.server.served).toEqual([])
  })
})

describe('Windows', () => {
  test.each(['not-checked', 'not-valid', 'another-publisher', 'no-publisher'])(
    'an installer whose code signature is %s is not started',
    async (verdict) => {
      const computer = await newComputer()
      await writeRelease(computer.feed, makeRelease({ version: '1.1.0', key: computer.key, platform: 'win32' }))
      const client = await mustStart(computer, {
        kind: 'nsis',
        verifyCodeSignature: async () => await Promise.resolve(verdict),
      })
      await client.updates.check()
      await expect
        .poll(() => client.updates.state().status)
        .toMatchObject({ phase: 'failed', update: { version: '1.1.0' }, problem: 'refused' })
      expect(client.reasons('updates.not-downloaded')).toEqual(['code-signature'])
      expect(await client.updates.restart(true)).toEqual({ kind: 'not-ready' })
    },
  )
})
