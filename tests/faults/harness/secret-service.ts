import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const keyringPassword = 'keyring-password'

/** A bus without activation: nothing answers on it but what a test starts. */
const busConfig = (
  socket: string,
): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><keep_umask/><listen>unix:path=${socket}</listen>
<auth>EXTERNAL</auth><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

/** Owns the name of the Secret Service and never answers. */
const silentService = `
import dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
name = dbus.service.BusName('org.freedesktop.secrets', dbus.SessionBus())
class Silent(dbus.service.Object):
    @dbus.service.method('org.freedesktop.Secret.Service', in_signature='sv', out_signature='vo', async_callbacks=('ok', 'fail'))
    def OpenSession(self, algorithm, value, ok, fail): pass
    @dbus.service.method('org.freedesktop.DBus.Properties', in_signature='s', out_signature='a{sv}', async_callbacks=('ok', 'fail'))
    def GetAll(self, interface, ok, fail): pass
silent = Silent(dbus.SessionBus(), '/org/freedesktop/secrets')
print('owned', flush=True)
GLib.MainLoop().run()
`

const lockAll = `
import dbus
bus = dbus.SessionBus()
service = dbus.Interface(bus.get_object('org.freedesktop.secrets', '/org/freedesktop/secrets'), 'org.freedesktop.Secret.Service')
service.Lock(['/org/freedesktop/secrets/collection/login'])
`

/** A private session bus with, by choice, a real gnome-keyring on it; its files are gone at the end. */
export interface SecretService {
  /** What a process needs to reach it, and nothing of the desktop that the tests run on. */
  readonly env: NodeJS.ProcessEnv
  /** Starts gnome-keyring and unlocks its login keyring; a wrong password leaves an existing one locked. */
  startKeyring(password?: string): Promise<void>
  stopKeyring(): Promise<void>
  /** Starts a service that owns the name and never answers. */
  startSilent(): Promise<void>
  lock(): Promise<void>
  close(): Promise<void>
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise<void>((resolve) => child.once('exit', () => resolve()))
}

async function until(work: () => Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await work()) return
    await sleep(50)
  }
  throw new Error(`${what} did not come up`)
}

export async function startBus(): Promise<SecretService> {
  const home = mkdtempSync(join(tmpdir(), 'hestami-keyring-'))
  const folders = { XDG_DATA_HOME: 'data', XDG_RUNTIME_DIR: 'run', XDG_CONFIG_HOME: 'config', XDG_CACHE_HOME: 'cache' }
  for (const name of Object.values(folders)) mkdirSync(join(home, name), { mode: 0o700 })
  const socket = join(home, 'bus')
  writeFileSync(join(home, 'bus.conf'), busConfig(socket))
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env
  const env: NodeJS.ProcessEnv = {
    ...rest,
    HOME: home,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}`,
    ...Object.fromEntries(Object.entries(folders).map(([variable, name]) => [variable, join(home, name)])),
  }
  const bus = spawn('dbus-daemon', [`--config-file=${join(home, 'bus.conf')}`, '--nofork'], { env, stdio: 'ignore' })
  const hasOwner = async (): Promise<boolean> => {
    const args = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner']
    const found = await run('dbus-send', [...args, 'string:org.freedesktop.secrets'], { env }).catch(() => null)
    return found?.stdout.includes('boolean true') ?? false
  }
  const hasBus = async (): Promise<boolean> =>
    (await run(
      'dbus-send',
      ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.ListNames'],
      { env },
    ).catch(() => null)) !== null
  await until(hasBus, 'the session bus')

  let service: ChildProcess | null = null
  const stop = async (): Promise<void> => {
    const old = service
    service = null
    if (old === null) return
    old.kill('SIGTERM')
    await exited(old)
    await until(async () => !(await hasOwner()), 'the end of the service')
  }

  return {
    env,
    async startKeyring(password = keyringPassword) {
      const started = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
        env,
        stdio: ['pipe', 'ignore', 'ignore'],
      })
      started.stdin?.end(`${password}\n`)
      service = started
      await until(hasOwner, 'the Secret Service')
    },
    stopKeyring: stop,
    async startSilent() {
      service = spawn('/usr/bin/python3', ['-c', silentService], { env, stdio: 'ignore' })
      await until(hasOwner, 'the silent service')
    },
    async lock() {
      await run('/usr/bin/python3', ['-c', lockAll], { env })
    },
    async close() {
      await stop()
      bus.kill('SIGTERM')
      await exited(bus)
      rmSync(home, { recursive: true, force: true })
    },
  }
}
