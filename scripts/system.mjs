// The system packages that the tests use, on Debian and its relatives.
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { fail, run } from './bootstrap.mjs'

const packages = [
  'chromium',
  'dbus',
  'dbus-daemon',
  'gnome-keyring',
  'libsecret-1-0',
  'fonts-inter',
  'fonts-noto-core',
  'fonts-noto-color-emoji',
  'postgresql',
  'python3',
  'python3-cryptography',
  'python3-django',
  'python3-dbus',
  'python3-gi',
]

const isInstalled = (name) => {
  const { stdout, status } = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' })
  return status === 0 && stdout.includes('install ok installed')
}

/** Installs what is missing as root; otherwise says what is missing and how to get it. */
export function systemPackages() {
  if (spawnSync('dpkg-query', ['--version']).status !== 0) {
    console.log(`This is not Debian: have these installed, or tests fail: ${packages.join(' ')}`)
    return
  }
  const missing = packages.filter((name) => !isInstalled(name))
  if (missing.length === 0) return
  if (process.getuid?.() !== 0)
    fail(`System packages are missing. Run: sudo apt-get install --no-install-recommends ${missing.join(' ')}`)
  console.log(`Installing system packages: ${missing.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], env)
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], env)
}

// `node scripts/system.mjs` names them, for a CI that installs them itself.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(packages.join(' '))
