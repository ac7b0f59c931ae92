#!/usr/bin/env node
// Stands in for fpm: writes down its arguments and the text files among them in the folder FPM_RECORD, by kind of package (deb.json), and
// leaves an empty package.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const args = process.argv.slice(2)
const files = {}
for (const arg of args) {
  const [from] = arg.split('=')
  try {
    if (statSync(from).isFile() && statSync(from).size < 20_000) files[from] = readFileSync(from, 'utf8')
  } catch {
    // Not a file.
  }
}
writeFileSync(join(process.env['FPM_RECORD'], `${args[args.indexOf('-t') + 1]}.json`), JSON.stringify({ args, files }))
const target =
  args.find((arg) => arg.startsWith('--package='))?.slice('--package='.length) ?? args[args.indexOf('--package') + 1]
writeFileSync(target, '')
