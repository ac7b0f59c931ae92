import { spawn } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clearStaleLock, isRunning, lockHolder, lockedElsewhere } from './single-instance.ts'

const host = hostname()
let folder: string
let lock: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-lock-'))
  lock = join(folder, 'SingletonLock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The id of a process that has run here and is no more. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))
  return child.pid!
}

/** What a browser that was killed leaves: its lock, and links to a socket and a cookie that are gone. */
function leave(target: string): void {
  symlinkSync(target, lock)
  symlinkSync('/tmp/.org.chromium.gone/SingletonSocket', join(folder, 'SingletonSocket'))
  symlinkSync('1234567890', join(folder, 'SingletonCookie'))
}

describe('a lock that a process of this computer left', () => {
  test('is taken away when the process is dead, with what belongs to it', async () => {
    const pid = await deadProcess()
    leave(`${host}-${pid}`)
    expect(lockHolder(folder)).toEqual({ host, pid })
    expect(clearStaleLock(folder, { host })).toBe('removed')
    expect(readdirSync(folder)).toEqual([])
  })
  test('stays when the process lives, whoever it belongs to', () => {
    for (const pid of [process.pid, process.ppid, 1]) {
      leave(`${host}-${pid}`)
      expect(clearStaleLock(folder, { host })).toBe('held')
      expect(readlinkSync(lock)).toBe(`${host}-${pid}`)
      expect(readdirSync(folder)).toHaveLength(3)
      for (const name of readdirSync(folder)) rmSync(join(folder, name))
    }
  })
  test('stays when another start took it over in between', async () => {
    const pid = await deadProcess()
    leave(`${host}-${pid}`)
    const alive = (): boolean => {
      rmSync(lock)
      symlinkSync(`${host}-${process.pid}`, lock)
      return false
    }
    expect(clearStaleLock(folder, { host, alive })).toBe('held')
    expect(readlinkSync(lock)).toBe(`${host}-${process.pid}`)
    expect(readdirSync(folder)).toHaveLength(3)
  })
  test('is no trouble when another start took it away in between', async () => {
    const pid = await deadProcess()
    leave(`${host}-${pid}`)
    expect(clearStaleLock(folder, { host, alive: () => (rmSync(lock), false) })).toBe('held')
    expect(existsSync(lock)).toBe(false)
  })
  test('of a host with dashes in its name is read right', async () => {
    const pid = await deadProcess()
    leave(`my-work-laptop-${pid}`)
    expect(clearStaleLock(folder, { host: 'my-work-laptop' })).toBe('removed')
  })
})

describe('untouched stays', () => {
  test('the lock of another computer, though no such process runs here', async () => {
    const target = `other-${await deadProcess()}`
    leave(target)
    expect(clearStaleLock(folder, { host })).toBe('elsewhere')
    expect(readlinkSync(lock)).toBe(target)
    expect(lockedElsewhere(folder, host)).toBe('other')
  })
  test('a file that is no link', async () => {
    writeFileSync(lock, `${host}-${await deadProcess()}`)
    expect(clearStaleLock(folder, { host })).toBe('none')
    expect(readFileSync(lock, 'utf8')).toContain(host)
    expect(lockedElsewhere(folder, host)).toBeNull()
  })
  test.each(['', 'x', '/etc/passwd', `${host}-`, `${host}-12x`, `${host}-99999999999`, '-12'].filter((one) => one))(
    'a link to %j',
    (target) => {
      symlinkSync(target, lock)
      expect(clearStaleLock(folder, { host })).toBe('none')
      expect(readlinkSync(lock)).toBe(target)
    },
  )
  test('a socket or cookie that is no link, though the lock is stale', async () => {
    symlinkSync(`${host}-${await deadProcess()}`, lock)
    writeFileSync(join(folder, 'SingletonSocket'), 'kept')
    expect(clearStaleLock(folder, { host })).toBe('removed')
    expect(lstatSync(join(folder, 'SingletonSocket')).isFile()).toBe(true)
  })
})

test('without a lock, or a folder, there is nothing to do', () => {
  expect(clearStaleLock(folder, { host })).toBe('none')
  expect(clearStaleLock(join(folder, 'no-such'), { host })).toBe('none')
  expect(lockedElsewhere(folder, host)).toBeNull()
})

test('a process of another user runs too', () => {
  expect(isRunning(process.pid)).toBe(true)
  expect(isRunning(1)).toBe(true)
})
