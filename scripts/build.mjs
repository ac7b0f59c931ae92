// Builds main, preload and window into out/ when their sources are newer.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './bootstrap.mjs'

const sources = [
  'src',
  'platform/src',
  'dev/replay',
  'dev/librechat-double',
  'electron.vite.config.ts',
  'package-lock.json',
]
const outputs = ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html', 'out/replay/index.js']

function newest(path) {
  const info = statSync(path)
  if (!info.isDirectory()) return info.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
}

export function buildIfStale(env) {
  const built = outputs.map((path) => join(root, path))
  const there = built.every((path) => existsSync(path))
  const sourceTime = Math.max(...sources.map((path) => newest(join(root, path))))
  if (there && built.every((path) => statSync(path).mtimeMs > sourceTime)) return
  console.log('Building…')
  run('npm', ['run', '-s', 'build'], env)
}
