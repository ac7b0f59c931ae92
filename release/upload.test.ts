import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { uploadFeed, uploadOrder } from './upload.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-upload-'))
  mkdirSync(join(folder, 'feed/stable'), { recursive: true })
  for (const name of ['a.exe', 'stable.yml', 'z.AppImage']) writeFileSync(join(folder, 'feed/stable', name), name)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('what a channel file names goes before it', () => {
  expect(uploadOrder(['beta.yml', 'z.exe', 'beta-mac.yml', 'a.zip'])).toEqual({
    files: ['a.zip', 'z.exe'],
    channelFiles: ['beta-mac.yml', 'beta.yml'],
  })
})

test('copies to a folder, over what is there', () => {
  mkdirSync(join(folder, 'www/stable'), { recursive: true })
  writeFileSync(join(folder, 'www/stable/stable.yml'), 'old')
  uploadFeed(join(folder, 'feed'), 'stable', join(folder, 'www'))
  expect(readdirSync(join(folder, 'www/stable')).sort()).toEqual(['a.exe', 'stable.yml', 'z.AppImage'])
  expect(readFileSync(join(folder, 'www/stable/stable.yml'), 'utf8')).toBe('stable.yml')
})

test.each(['www', './www', 'host:/a b', 'ftp://host/x', 'host:/x;rm'])('refuses the target %s', (target) => {
  expect(() => uploadFeed(join(folder, 'feed'), 'stable', target)).toThrow('neither')
})
test('says which feed is not there', () => {
  expect(() => uploadFeed(join(folder, 'feed'), 'beta', folder)).toThrow('no feed of beta')
})
