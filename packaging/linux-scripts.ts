import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const templates = join(
  dirname(createRequire(import.meta.url).resolve('app-builder-lib/package.json')),
  'templates/linux',
)

/**
 * electron-builder's script for after the removal of a deb or rpm, except that an upgrade is none: rpm runs the old package's script after
 * the new one's installation, and so would take away the command in /usr/bin and the AppArmor profile that were just put there. The first
 * argument is how many versions stay (rpm) or the action (dpkg). Electron-builder puts the flavour's names in.
 */
export function afterRemoveTemplate(): string {
  const template = readFileSync(join(templates, 'after-remove.tpl'), 'utf8')
  const [first = '', ...rest] = template.split('\n')
  if (first !== '#!/bin/bash') throw new Error('the script of electron-builder begins otherwise than it did')
  return [first, '', 'case "$1" in 1 | upgrade) exit 0 ;; esac', ...rest].join('\n')
}
