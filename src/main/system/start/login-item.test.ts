import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { autostartEntry, autostartFile, loginItem, writeAutostart } from './login-item.ts'

let home: string
let path: string
const facts = {
  name: 'Hestami Chat',
  appId: 'com.hestami.chat',
  program: '/opt/Hestami Chat/hestami-chat',
  args: ['--hidden'],
}
const entry = autostartEntry(facts)
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hestami-login-'))
  path = autostartFile(join(home, '.config'), facts.appId)
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

test('starts hidden only where it starts at all', () => {
  expect(loginItem({ startAtLogin: true, startMinimized: true })).toEqual({ openAtLogin: true, args: ['--hidden'] })
  expect(loginItem({ startAtLogin: true, startMinimized: false })).toEqual({ openAtLogin: true, args: [] })
  expect(loginItem({ startAtLogin: false, startMinimized: true })).toEqual({ openAtLogin: false, args: [] })
})

describe('the desktop entry', () => {
  test('is one of the specification', () => {
    expect(entry.split('\n')[0]).toBe('[Desktop Entry]')
    expect(entry).toContain('\nType=Application\n')
    expect(entry).toContain('\nExec="/opt/Hestami Chat/hestami-chat" --hidden\n')
    expect(entry.endsWith('\n')).toBe(true)
  })
  /** Reads `Exec` back as the specification has it: first the string's escapes, then the quoting, then the field codes. */
  const program = (text: string): string => {
    const value = /^Exec=(.*)$/m
      .exec(text)![1]!
      .replaceAll(/\\(.)/g, (_all, next: string) => (next === 's' ? ' ' : next))
    const quoted = /^"((?:[^"\\]|\\.)*)"|^(\S+)/.exec(value)!
    return (quoted[1]?.replaceAll(/\\(.)/g, '$1') ?? quoted[2]!).replaceAll('%%', '%')
  }
  test.each([
    '/opt/app',
    '/home/ann o’neil/App Image',
    '/tmp/a"b',
    '/tmp/a$HOME',
    '/tmp/a`id`',
    '/tmp/a\\b',
    '/tmp/100%',
    '/tmp/%u x',
    "/tmp/it's",
  ])('starts %s and nothing else', (one) => expect(program(autostartEntry({ ...facts, program: one }))).toBe(one))
  test('gets no second line from a path', () => {
    const written = autostartEntry({ ...facts, program: '/tmp/x\nExec=/bin/evil', name: 'A\nHidden=true' })
    expect(written.match(/^Exec=/gm)).toHaveLength(1)
    expect(written).not.toMatch(/^Hidden/m)
  })
  test('passes the desktop’s own check where there is one', () => {
    if (!existsSync('/usr/bin/desktop-file-validate')) return
    writeFileSync(join(home, 'x.desktop'), entry)
    expect(execFileSync('/usr/bin/desktop-file-validate', [join(home, 'x.desktop')]).toString()).not.toContain('error')
  })
})

describe('the file', () => {
  test('comes, stays and goes', () => {
    expect(writeAutostart(path, null, false)).toBe('kept')
    expect(existsSync(dirname(path))).toBe(false)
    expect(writeAutostart(path, entry, true)).toBe('written')
    expect(readFileSync(path, 'utf8')).toBe(entry)
    const { mtimeMs } = statSync(path)
    expect(writeAutostart(path, entry, false)).toBe('kept')
    expect(statSync(path).mtimeMs).toBe(mtimeMs)
    expect(readdirSync(dirname(path))).toEqual(['com.hestami.chat.desktop'])
    expect(writeAutostart(path, null, true)).toBe('removed')
    expect(readdirSync(dirname(path))).toEqual([])
  })
  test('follows the program to where it is now', () => {
    writeAutostart(path, entry, true)
    const moved = autostartEntry({ ...facts, program: '/home/ann/HestamiChat-2.AppImage' })
    expect(writeAutostart(path, moved, false)).toBe('written')
    expect(readFileSync(path, 'utf8')).toBe(moved)
  })
  test.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false', ' Hidden = TRUE '])(
    'that was switched off outside (%s) stays so until somebody decides in the app',
    (line) => {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, `${entry.replace(/^X-GNOME.*\n/m, '')}${line}\n`)
      expect(writeAutostart(path, entry, false)).toBe('switched-off')
      expect(readFileSync(path, 'utf8')).toContain(line)
      expect(writeAutostart(path, entry, true)).toBe('written')
      expect(readFileSync(path, 'utf8')).toBe(entry)
    },
  )
  test('is whole or not there, and leaves nothing half done', () => {
    mkdirSync(path, { recursive: true })
    expect(() => writeAutostart(path, entry, true)).toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
    expect(readdirSync(dirname(path))).toEqual(['com.hestami.chat.desktop'])
  })
  test('says when it cannot be written', () => {
    writeFileSync(join(home, '.config'), 'no folder')
    expect(() => writeAutostart(path, entry, true)).toThrow(/ENOTDIR|EEXIST/)
  })
  test('of one flavour does not touch another’s', () => {
    writeAutostart(path, entry, true)
    writeAutostart(autostartFile(join(home, '.config'), 'com.hestami.chat.beta'), null, true)
    expect(existsSync(path)).toBe(true)
  })
})
