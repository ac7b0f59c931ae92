#!/usr/bin/env node
// Stands in for mksquashfs: writes down what it is asked to pack, and leaves an image of no content.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, image] = process.argv.slice(2)
const names = readdirSync(folder)
const desktop = names.find((name) => name.endsWith('.desktop'))
writeFileSync(
  process.env['MKSQUASHFS_RECORD'],
  JSON.stringify({ names, desktop, entry: readFileSync(join(folder, desktop), 'utf8') }),
)
writeFileSync(image, Buffer.alloc(4096))
