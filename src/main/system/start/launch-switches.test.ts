import { describe, expect, test } from 'vitest'
import { refusalOf, refusedSwitch } from './launch-switches.ts'

const none = (): boolean => false

/** As Chromium reads a command line: `--a=b`, `-a`, and on Windows `/a` in any case; nothing after a bare `--`. */
function chromium(args: readonly string[], windows: boolean): (name: string) => boolean {
  const end = args.indexOf('--')
  const names = (end === -1 ? args : args.slice(0, end)).map((argument) => {
    const found = (windows ? /^(--|-|\/)([^=]*)/ : /^(--|-)([^=]*)/).exec(argument)
    const name = found?.[2] ?? ''
    return windows ? name.toLowerCase() : name
  })
  return (name) => names.includes(name)
}

const spellings: readonly string[] = [
  '--inspect',
  '--inspect=9229',
  '--inspect=0.0.0.0:9229',
  '-inspect',
  '-inspect=9229',
  '--inspect-brk',
  '--inspect_brk',
  '--inspect_brk=9229',
  '--INSPECT',
  '--Inspect-Brk=0',
  '--inspect ',
  ' --inspect',
  '--inspect-port=1',
  '--remote-debugging-port=9222',
  '-remote-debugging-port=9222',
  '--remote_debugging_port=9222',
  '--Remote-Debugging-Port=9222',
  '--remote-debugging-port',
  '--remote-debugging-pipe',
  '--remote-allow-origins=*',
  '--no-sandbox',
  '-no-sandbox',
  '--NO-SANDBOX',
  '--js-flags=--expose-gc',
  '--js_flags=--expose-gc',
  '--gpu-launcher=calc',
  '-gpu-launcher=calc',
  '--GPU-Launcher=calc',
  '--renderer-cmd-prefix=xterm -e gdb',
  '--utility-cmd-prefix=sh',
  '--browser-subprocess-path=/tmp/x',
  '--load-extension=/tmp/x',
  '--proxy-server=http://evil.example',
  '--proxy-pac-url=http://evil.example/p',
  '--host-resolver-rules=MAP * 127.0.0.1',
  '--host-rules=MAP * evil.example',
  '--ignore-certificate-errors',
  '--ssl-key-log-file=/tmp/keys',
  '--log-net-log=/tmp/log',
  '--disable-web-security',
  '--single-process',
]

describe('a packaged app does not start with', () => {
  test.each(spellings)('%s', (argument) => {
    expect(refusedSwitch([argument], chromium([argument], false), 'linux')).not.toBeNull()
    expect(refusedSwitch([argument], chromium([argument], true), 'win32')).not.toBeNull()
    // Wherever it stands: Chromium reads switches behind a link too.
    const behind = ['--quick', 'hestami-chat://open/conversation/x', argument]
    expect(refusedSwitch(behind, chromium(behind, false), 'linux')).not.toBeNull()
  })
  test.each(['/inspect', '/Remote-Debugging-Port=9222', '/no-sandbox'])('%s on Windows', (argument) => {
    expect(refusedSwitch([argument], chromium([argument], true), 'win32')).not.toBeNull()
    expect(refusedSwitch([argument], chromium([argument], false), 'linux')).toBeNull()
  })
  test('what Chromium has from elsewhere than the command line', () =>
    expect(refusedSwitch([], (name) => name === 'js-flags', 'linux')).toBe('js-flags'))
})

test.each([
  '--new-chat',
  '--quick',
  '--hidden',
  '--enable-features=WaylandWindowDecorations',
  '--ozone-platform-hint=auto',
  '--force-device-scale-factor=2',
  '--lang=de',
  '--inspector',
  '--no-sandbox-please',
  '-psn_0_12345',
  '/home/inspect/file',
  'inspect',
  '--',
  '',
])('it starts with %j', (argument) => {
  expect(refusedSwitch([argument], chromium([argument], false), 'linux')).toBeNull()
})

test('after a bare -- there are no switches', () => {
  const args = ['--', 'hestami-chat://open/conversation/x', '--inspect']
  expect(refusedSwitch(args, chromium(args, true), 'win32')).toBeNull()
})

test('the person is told which one, and what to do where the system adds it', () => {
  expect(refusalOf('inspect')).toContain('--inspect')
  expect(refusalOf('no-sandbox')).toMatch(/--no-sandbox.*deb or rpm/)
  expect(refusedSwitch([], none, 'linux')).toBeNull()
})
