import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { afterRemoveTemplate } from './linux-scripts.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'hestami-scripts-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What the script asks of update-alternatives. */
function asked(argument: string): string {
  const script = afterRemoveTemplate()
    .replaceAll('${executable}', 'hestami-none')
    .replaceAll('${sanitizedProductName}', 'Hestami None')
  writeFileSync(join(folder, 'script'), script)
  const record = join(folder, 'record')
  writeFileSync(join(folder, 'update-alternatives'), `#!/bin/sh\necho "$@" >> '${record}'\n`, { mode: 0o755 })
  const { status, stderr } = spawnSync('/bin/bash', [join(folder, 'script'), argument], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return existsSync(record) ? readFileSync(record, 'utf8').trim() : ''
}

test.skipIf(process.platform !== 'linux').each(['0', 'remove', 'purge'])(
  'after %s the command is taken away',
  (argument) => expect(asked(argument)).toBe('--remove hestami-none /opt/Hestami None/hestami-none'),
)
test.skipIf(process.platform !== 'linux').each(['1', 'upgrade'])(
  'after %s the command stays: it is the new version’s',
  (argument) => expect(asked(argument)).toBe(''),
)
