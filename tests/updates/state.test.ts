import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startUpdateServer } from '../../dev/update-server/server.ts'
import { flavours } from '../../src/main/flavour.ts'
import { createAuthority, createCertificate } from '../faults/harness/certificates.ts'
import { mustStart, newComputer, until } from './harness/client.ts'
import type { Client, ClientOptions, Computer } from './harness/client.ts'
import { makeRelease, writeRelease } from './harness/feed.ts'
import type { Made } from './harness/feed.ts'

const byHand: ClientOptions = { settings: { automaticUpdates: false } }

async function release(
  computer: Computer,
  version: string,
  change: (made: Made) => void = () => undefined,
): Promise<Made> {
  const made = makeRelease({ version, key: computer.key })
  change(made)
  await writeRelease(computer.feed, made)
  return made
}
const comesUp = (client: Client): Client => {
  client.updates.start()
  client.updates.ready()
  client.setSession('signed-in')
  return client
}
async function getReady(computer: Computer, options: ClientOptions = {}): Promise<Client> {
  const client = comesUp(await mustStart(computer, options))
  await client.updates.check()
  await until(() => client.phase() === 'ready')
  return client
}
const phases = (client: Client): string[] => [...new Set(client.states.map(({ status }) => status.phase))]

describe('where the app does not update itself', () => {
  test.each(['development', 'package-manager', 'not-supported'] as const)('%s: it asks nobody', async (reason) => {
    const computer = await newComputer()
    const client = comesUp(await mustStart(computer, { host: { support: { kind: 'off', reason } } }))
    await client.updates.check()
    client.updates.download()
    client.updates.cancel()
    expect(await client.updates.restart(true)).toEqual({ kind: 'not-ready' })
    client.updates.dismissOutcome()
    expect(client.updates.state()).toEqual({ status: { phase: 'off', reason }, outcome: null })
    expect(computer.server.served).toEqual([])
  })

  test('an administrator said so: it asks nobody, also when somebody wants it to', async () => {
    const computer = await newComputer()
    await release(computer, '1.1.0')
    const client = comesUp(
      await mustStart(computer, { settings: { updates: false }, timing: { schedule: { first: 1, every: 1 } } }),
    )
    await client.updates.check()
    expect(client.updates.state().status).toEqual({ phase: 'off', reason: 'administrator' })
    expect(computer.server.served).toEqual([])
  })

  test('a build without a server', async () => {
    const client = comesUp(await mustStart(await newComputer(), { url: null }))
    expect(client.updates.state().status).toEqual({ phase: 'off', reason: 'not-supported' })
  })
})

describe('where updates come from', () => {
  test('over TLS that the system trusts, by the system’s proxy; and from nowhere else', async () => {
    const computer = await newComputer()
    await release(computer, '1.1.0')
    const authority = await createAuthority('Company', 'Company')
    const tls = await createCertificate(['127.0.0.1'], { authority })
    const server = await startUpdateServer({ folder: computer.feed, tls })
    const asked: string[] = []
    const options = (certificates: string[]): ClientOptions => ({
      ...byHand,
      flavour: flavours.production,
      url: 'https://updates.invalid/',
      settings: { automaticUpdates: false, updateMirror: server.url },
      network: {
        async resolveProxy(url) {
          asked.push(url)
          return await Promise.resolve(null)
        },
        certificates: async () => await Promise.resolve(certificates),
      },
    })
    try {
      const stranger = await mustStart(computer, options([]))
      await stranger.updates.check()
      expect(stranger.updates.state().status).toMatchObject({ phase: 'failed', problem: 'unreachable' })
      const client = await mustStart(computer, options([authority.cert]))
      await client.updates.check()
      expect(client.phase()).toBe('available')
      expect(new Set(asked)).toEqual(new Set([`${server.url}stable/stable-linux.yml`]))
    } finally {
      await server.close()
    }
  })

  test('a mirror’s files are not believed either', async () => {
    const computer = await newComputer()
    await release(computer, '1.1.0', ({ yaml }) => (yaml['releaseNotes'] = 'other'))
    const { url } = computer.server
    // The settings schema takes https only; what is looked at here is what a mirror says.
    const client = await mustStart(computer, { url: null, settings: { updateMirror: url } })
    await client.updates.check()
    expect(client.reasons('updates.refused')).toEqual(['bad-signature'])
  })
})

describe('from looking to installing', () => {
  test('by itself: looked for, fetched, and there when the app was left', async () => {
    const computer = await newComputer()
    const made = await release(computer, '1.1.0')
    const client = comesUp(await mustStart(computer, { timing: { schedule: { first: 1 } } }))
    await until(() => client.phase() === 'ready')
    expect(phases(client)).toEqual(['available', 'downloading', 'ready'])
    client.setLeaving('person')
    await client.updates.close()
    expect(client.relaunched).toEqual([])
    expect(await readFile(computer.image)).toEqual(made.bytes)
    const next = await mustStart(computer, { version: '1.1.0', trial: true })
    expect(next.updates.state().outcome).toMatchObject({ kind: 'updated', to: '1.1.0' })
  })

  test('by hand: nothing is fetched before somebody says so', async () => {
    const computer = await newComputer()
    await release(computer, '1.1.0')
    const client = await mustStart(computer, byHand)
    await client.updates.check()
    expect(client.updates.state().status).toMatchObject({
      phase: 'available',
      update: { version: '1.1.0', size: 4096, notes: 'What is new in 1.1.0', releasedAt: Date.UTC(2026, 10, 20, 12) },
    })
    expect(computer.server.served).toHaveLength(1)
    client.updates.download()
    client.updates.download()
    await until(() => client.phase() === 'ready')
    expect(computer.server.served).toHaveLength(2)
  })

  test.each<[string, ClientOptions, Parameters<Client['setLeaving']>[0]]>([
    ['the computer shuts down', {}, 'system'],
    ['it ends for another reason', {}, 'no'],
    ['nobody wanted it to happen by itself', byHand, 'person'],
    ['this version has not proved itself', { storageOpen: () => false }, 'person'],
  ])('left with an update that is ready, it stays as it is where %s', async (_why, options, leaving) => {
    const computer = await newComputer('version 1.0.0')
    await release(computer, '1.1.0')
    const client = comesUp(await mustStart(computer, options))
    await client.updates.check()
    client.updates.download()
    await until(() => client.phase() === 'ready')
    client.setLeaving(leaving)
    await client.updates.close()
    expect(await readFile(computer.image, 'utf8')).toBe('version 1.0.0')
    // What was fetched is there the next time.
    const asked = computer.server.served.length
    const next = await getReady(computer)
    expect(computer.server.served).toHaveLength(asked + 1)
    await next.updates.close()
  })

  test('no answer is stopped before somebody said so', async () => {
    const computer = await newComputer()
    await release(computer, '1.1.0')
    const client = await getReady(computer, { stoppedByQuit: () => 2 })
    expect(await client.updates.restart(false)).toEqual({ kind: 'busy', answers: 2 })
    expect(client.quits).toBe(0)
    expect(await client.updates.restart(true)).toEqual({ kind: 'restarting' })
    expect(client.quits).toBe(1)
  })

  test('a release that is halted is taken back, also when it is downloaded', async () => {
    const computer = await newComputer('version 1.0.0')
    await release(computer, '1.1.0')
    const client = await getReady(computer)
    await release(computer, '1.1.0', ({ yaml }) => (yaml.hestami['halted'] = true))
    await client.updates.check()
    expect(client.updates.state().status).toEqual({ phase: 'failed', update: null, problem: 'halted' })
    expect(await client.updates.restart(true)).toEqual({ kind: 'not-ready' })
    client.setLeaving('person')
    await client.updates.close()
    expect(await readFile(computer.image, 'utf8')).toBe('version 1.0.0')
  })

  test('a later release takes the place of one that is downloaded', async () => {
    const computer = await newComputer()
    await release(computer, '1.1.0')
    const client = await getReady(computer)
    const made = await release(computer, '1.2.0')
    await client.updates.check()
    await until(() => client.phase() === 'ready')
    await client.updates.restart(false)
    await client.updates.close()
    expect(await readFile(computer.image)).toEqual(made.bytes)
  })

  test('a server that cannot be reached does not take back what is there', async () => {
    const computer = await newComputer()
    await release(computer, '1.1.0')
    const client = await getReady(computer)
    computer.server.setFaults([{ file: '*', fault: { kind: 'status', status: 500 } }])
    await client.updates.check()
    expect(client.phase()).toBe('ready')
  })

  test('asked by hand, it says that it looks; two who ask are one question', async () => {
    const computer = await newComputer()
    await release(computer, '1.0.0')
    const client = await mustStart(computer)
    await Promise.all([client.updates.check(), client.updates.check()])
    expect(phases(client)).toEqual(['checking', 'idle'])
    expect(computer.server.served).toHaveLength(1)
    const { status } = client.updates.state()
    expect(status).toMatchObject({ phase: 'idle', checkedAt: expect.closeTo(Date.now(), -4) as number })
  })

  test('two who ask at once begin one download', async () => {
    const computer = await newComputer()
    await release(computer, '1.1.0')
    const client = await mustStart(computer)
    await Promise.all([client.updates.check(), client.updates.check()])
    await until(() => client.phase() === 'ready')
    const order = client.states.map(({ status }) => status.phase)
    expect(order.lastIndexOf('available')).toBeLessThan(order.indexOf('downloading'))
    expect(computer.server.served).toHaveLength(2)
  })

  test('asks again sooner after a server in trouble, and after sleep', async () => {
    const computer = await newComputer()
    computer.server.setFaults([{ file: '*', times: 2, fault: { kind: 'status', status: 500 } }])
    await release(computer, '1.0.0')
    const client = comesUp(await mustStart(computer, { timing: { schedule: { first: 1, afterFailure: 1 } } }))
    await until(() => client.reasons('updates.none').length === 1)
    expect(client.reasons('updates.not-checked')).toEqual(['status', 'status'])
  })

  test('an AppImage that is reached by another name is replaced where it is', async () => {
    const computer = await newComputer()
    const made = await release(computer, '1.1.0')
    const link = join(computer.folder, 'link.AppImage')
    await symlink(computer.image, link)
    const client = await getReady(computer, { host: { support: { kind: 'appimage', image: link } } })
    await client.updates.restart(false)
    await client.updates.close()
    expect(client.relaunched).toEqual([computer.image])
    expect(await readFile(computer.image)).toEqual(made.bytes)
    expect(await readFile(link)).toEqual(made.bytes)
  })
})
