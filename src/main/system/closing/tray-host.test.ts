import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTrayHost, trayHostOf } from './tray-host.ts'

const programs = ['busctl', 'gdbus', 'dbus-send']
const before = { PATH: process.env.PATH, DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-tray-'))
  process.env.PATH = folder
})
afterEach(() => {
  Object.assign(process.env, before)
  if (before.DBUS_SESSION_BUS_ADDRESS === undefined) delete process.env.DBUS_SESSION_BUS_ADDRESS
  rmSync(folder, { recursive: true, force: true })
})

const script = (name: string, body: string): void => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(folder, name), 0o755)
}

describe('what the programs say', () => {
  test.each([
    ['busctl', 'echo "b true"', true],
    ['busctl', 'echo "b false"', false],
    ['busctl', 'echo "Unknown object" >&2; exit 1', false],
    ['gdbus', 'echo "(<true>,)"', true],
    ['gdbus', 'echo "(<false>,)"', false],
    ['dbus-send', 'echo "   variant       boolean true"', true],
    ['dbus-send', 'echo "   variant       boolean false"', false],
  ])('%s: %s', async (name, body, expected) => {
    script(name, body)
    expect(await createTrayHost()()).toBe(expected)
  })

  test('the first that can ask is believed', async () => {
    script('busctl', 'echo "b false"')
    script('gdbus', 'echo "(<true>,)"')
    expect(await createTrayHost()()).toBe(false)
  })
  test('one that cannot be run is passed over', async () => {
    writeFileSync(join(folder, 'busctl'), 'no program', { mode: 0o644 })
    script('gdbus', 'echo "(<true>,)"')
    expect(await createTrayHost()()).toBe(true)
  })
  test('without any there is no host', async () => expect(await createTrayHost()()).toBe(false))
  test('one that hangs is not waited for', async () => {
    symlinkSync('/bin/sleep', join(folder, 'sleep'))
    script('busctl', 'exec sleep 60')
    const began = performance.now()
    expect(await createTrayHost({ limit: 100 })()).toBe(false)
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

test('only Linux has desktops without tray icons', async () => {
  expect(await trayHostOf('win32')()).toBe(true)
  expect(await trayHostOf('darwin')()).toBe(true)
  expect(await trayHostOf('linux')()).toBe(false)
})

/** A watcher as desktops have it; a line on its input says whether a host is registered. */
const watcher = `
import sys, dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
name = dbus.service.BusName('org.kde.StatusNotifierWatcher', dbus.SessionBus())
class Watcher(dbus.service.Object):
    registered = True
    @dbus.service.method('org.freedesktop.DBus.Properties', in_signature='ss', out_signature='v')
    def Get(self, interface, prop):
        assert (interface, prop) == ('org.kde.StatusNotifierWatcher', 'IsStatusNotifierHostRegistered')
        return dbus.Boolean(self.registered, variant_level=0)
watcher = Watcher(dbus.SessionBus(), '/StatusNotifierWatcher')
def told(source, condition):
    watcher.registered = sys.stdin.readline().strip() == 'yes'
    print('told', flush=True)
    return True
GLib.io_add_watch(0, GLib.IO_IN, told)
print('owned', flush=True)
GLib.MainLoop().run()
`
const which = (name: string): string | undefined =>
  (before.PATH ?? '')
    .split(delimiter)
    .map((path) => join(path, name))
    .find((path) => existsSync(path))
const python = '/usr/bin/python3'
const canRun = async (): Promise<boolean> =>
  which('dbus-daemon') !== undefined &&
  (await promisify(execFile)(python, ['-c', 'import dbus, gi']).then(
    () => true,
    () => false,
  ))

describe.skipIf(!(await canRun()))('on a real session bus', () => {
  let home: string
  let bus: ChildProcess
  let desktop: ChildProcess | null = null
  let address: string

  const line = async (child: ChildProcess): Promise<string> =>
    await new Promise((resolve) => child.stdout!.once('data', (chunk) => resolve(String(chunk).trim())))
  const ended = async (child: ChildProcess): Promise<void> => {
    const exit = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await exit
  }
  const say = async (registered: boolean): Promise<void> => {
    const told = line(desktop!)
    desktop!.stdin!.write(registered ? 'yes\n' : 'no\n')
    await told
  }

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'hestami-bus-'))
    mkdirSync(join(home, 'run'))
    address = `unix:path=${join(home, 'run/bus')}`
    bus = spawn(which('dbus-daemon')!, ['--session', '--nofork', '--print-address=1', `--address=${address}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await line(bus)
  })
  afterAll(async () => {
    await ended(bus)
    rmSync(home, { recursive: true, force: true })
  })
  afterEach(async () => {
    if (desktop !== null) await ended(desktop)
    desktop = null
  })

  test.each(programs.filter((name) => which(name) !== undefined))('%s sees a host come and go', async (program) => {
    symlinkSync(which(program)!, join(folder, program))
    process.env.DBUS_SESSION_BUS_ADDRESS = address
    const asked = createTrayHost({ limit: 5000 })
    // Nobody is there: as on stock GNOME.
    expect(await asked()).toBe(false)
    desktop = spawn(python, ['-c', watcher], { stdio: ['pipe', 'pipe', 'inherit'] })
    expect(await line(desktop)).toBe('owned')
    expect(await asked()).toBe(true)
    await say(false)
    expect(await asked()).toBe(false)
    await say(true)
    expect(await asked()).toBe(true)
    await ended(desktop)
    desktop = null
    expect(await asked()).toBe(false)
  })
})
