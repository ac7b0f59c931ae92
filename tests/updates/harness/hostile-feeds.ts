import { signStatement } from '../../../src/main/updates/statement.ts'
import type { Fault } from '../../../dev/update-server/faults.ts'
import { bytesOf, makeRelease, newKey, sha512, yamlOf } from './feed.ts'
import type { Key, Made, Release } from './feed.ts'

export interface HostileFeed {
  readonly made: Made
  /** What the server has in place of the channel file. */
  readonly text?: string
  /** What it does with the channel file. */
  readonly fault?: Fault
}

type Expected =
  | { readonly event: 'updates.refused'; readonly reason: string }
  | { readonly event: 'updates.none'; readonly reason: string }
  | { readonly event: 'updates.not-checked'; readonly reason: string }

export interface Case {
  readonly name: string
  readonly feed: (key: Key) => HostileFeed
  readonly expected: Expected
}

const refused = (reason: string): Expected => ({ event: 'updates.refused', reason })
const none = (reason: string): Expected => ({ event: 'updates.none', reason })
const failed = (reason: string): Expected => ({ event: 'updates.not-checked', reason })

/** A genuine release of 1.1.0, changed after it was signed. */
const changed =
  (change: (made: Made, key: Key) => void, release: Partial<Release> = {}) =>
  (key: Key): HostileFeed => {
    const made = makeRelease({ version: '1.1.0', key, ...release })
    change(made, key)
    return { made }
  }
/** A genuine release, as it was signed. */
const genuine = (release: Partial<Release>): ((key: Key) => HostileFeed) => changed(() => undefined, release)
/** Anything in place of the channel file. */
const instead =
  (text: (good: string) => string) =>
  (key: Key): HostileFeed => {
    const made = makeRelease({ version: '1.1.0', key })
    return { made, text: text(yamlOf(made)) }
  }
const served =
  (fault: Fault) =>
  (key: Key): HostileFeed => ({ made: makeRelease({ version: '1.1.0', key }), fault })

/** Names that lead elsewhere, or mean something to a shell, a URL or a file system. */
const names = [
  '../evil.AppImage',
  '..',
  '/etc/evil.AppImage',
  'a/evil.AppImage',
  'https://evil.example/evil.AppImage',
  '//evil.example/evil.AppImage',
  'evil%2f..%2f.AppImage',
  'C:\\evil.AppImage',
  'evil`id`.AppImage',
  "evil';calc;'.AppImage",
  'evil$(id).AppImage',
  'evil.AppImage?x=1',
  'evil.AppImage#',
  '-evil.AppImage',
  'evil .AppImage',
  'evil\u202egpj.AppImage',
  `${'a'.repeat(250)}.AppImage`,
  '',
]

const text: readonly Case[] = [
  { name: 'not YAML', feed: instead(() => '{{{'), expected: refused('not-yaml') },
  { name: 'nothing', feed: instead(() => ''), expected: refused('wrong-shape') },
  { name: 'one word', feed: instead(() => 'stable'), expected: refused('wrong-shape') },
  {
    name: 'a page of a captive portal',
    feed: instead(() => '<!doctype html><title>Sign in</title>'),
    expected: refused('wrong-shape'),
  },
  {
    name: 'aliases of aliases of aliases',
    feed: instead((good) => {
      const level = (name: string, of: string): string => `${name}: &${name} [${Array(9).fill(`*${of}`).join(',')}]\n`
      return `a: &a [x,x,x]\n${'bcdefghi'
        .split('')
        .map((name, at) => level(name, 'abcdefgh'[at] ?? ''))
        .join('')}${good}`
    }),
    expected: refused('wrong-shape'),
  },
  {
    name: 'a tag of a type',
    feed: instead((good) => good.replace(/^version: .*$/m, 'version: !!js/function "x"')),
    expected: refused('not-yaml'),
  },
  {
    name: 'more than 256 KB',
    feed: instead((good) => `${good}# ${'x'.repeat(300_000)}\n`),
    expected: refused('too-large'),
  },
  { name: 'depth without end', feed: instead(() => '['.repeat(100_000)), expected: refused('not-yaml') },
  { name: 'one key twice', feed: instead((good) => `${good}version: 1.2.0\n`), expected: refused('not-yaml') },
  {
    name: 'a key that is a prototype',
    feed: instead((good) => `${good}__proto__:\n  halted: 'false'\n`),
    expected: refused('wrong-shape'),
  },
  {
    name: 'the packages of a web installer',
    feed: instead((good) => `${good}packages:\n  x64:\n    path: evil.7z\n`),
    expected: refused('wrong-shape'),
  },
  {
    name: 'a list of versions',
    feed: instead((good) => good.replace(/^version: .*$/m, 'version: [1.1.0]')),
    expected: refused('wrong-shape'),
  },
  {
    name: 'a plain feed of electron-updater',
    feed: instead((good) => good.slice(0, good.indexOf('hestami:'))),
    expected: refused('wrong-shape'),
  },
  { name: 'bytes that are no text', feed: instead(() => '\u0000\u0001\u0002'), expected: refused('not-yaml') },
]

const shape: readonly Case[] = [
  {
    name: 'a format of the future',
    feed: changed(({ yaml }) => (yaml.hestami['format'] = 2)),
    expected: refused('unknown-format'),
  },
  ...names.map((url): Case => ({
    name: `a file called ${JSON.stringify(url).slice(0, 40)}`,
    feed: changed(({ yaml }) => Object.assign(yaml.files[0] ?? {}, { url })),
    expected: refused('unsafe-name'),
  })),
  ...([0, -1, '1e3', 2 ** 41, 'many', 4096.5] as const).map((size): Case => ({
    name: `a size of ${size}`,
    feed: changed(({ yaml }) => Object.assign(yaml.files[0] ?? {}, { size })),
    expected: refused('bad-size'),
  })),
  { name: 'no hash', feed: changed(({ yaml }) => delete yaml.files[0]?.['sha512']), expected: refused('bad-hash') },
  {
    name: 'a hash in hexadecimal',
    feed: changed(({ yaml, bytes }) =>
      Object.assign(yaml.files[0] ?? {}, { sha512: Buffer.from(sha512(bytes), 'base64').toString('hex') }),
    ),
    expected: refused('bad-hash'),
  },
  { name: 'notes without end', feed: genuine({ notes: 'x'.repeat(60_000) }), expected: refused('long-notes') },
  {
    name: 'a roll-out of 101 percent',
    feed: changed(({ yaml }) => (yaml['stagingPercentage'] = 101)),
    expected: refused('wrong-shape'),
  },
  {
    name: 'a block map without end',
    feed: changed(({ yaml }) => Object.assign(yaml.files[0] ?? {}, { blockMapSize: 2 ** 30 })),
    expected: refused('wrong-shape'),
  },
  {
    name: 'a signature that is none',
    feed: changed(({ yaml }) => Object.assign(yaml.hestami.signatures[0] ?? {}, { signature: '***' })),
    expected: refused('wrong-shape'),
  },
  { name: 'no file', feed: changed(({ yaml }) => (yaml.files = [])), expected: refused('wrong-shape') },
]

const meant: readonly Case[] = [
  {
    name: 'a genuine release of another channel',
    feed: (key) => ({ ...genuine({ channel: 'beta', version: '1.1.0-beta.1' })(key) }),
    expected: refused('wrong-channel'),
  },
  {
    name: 'a genuine release for another system',
    feed: genuine({ platform: 'win32', file: 'x.AppImage' }),
    expected: refused('wrong-platform'),
  },
  {
    name: 'a genuine release for another processor',
    feed: genuine({ arch: 'arm64' }),
    expected: refused('wrong-arch'),
  },
  {
    name: 'a beta that is signed as stable',
    feed: genuine({ version: '1.1.0-beta.1' }),
    expected: refused('version-of-another-channel'),
  },
  {
    name: 'a debug build that is signed as stable',
    feed: genuine({ version: '1.1.0-debug.1' }),
    expected: refused('version-of-another-channel'),
  },
  { name: 'a version with a v', feed: genuine({ version: 'v1.1.0' }), expected: refused('bad-version') },
  { name: 'a version of two numbers', feed: genuine({ version: '1.1' }), expected: refused('bad-version') },
  {
    name: 'the same version with build metadata',
    feed: genuine({ version: '1.0.0+2', file: 'Two.AppImage' }),
    expected: refused('bad-version'),
  },
  {
    name: 'a version beyond all numbers',
    feed: genuine({ version: '99999999999999999999.0.0' }),
    expected: refused('bad-version'),
  },
  {
    name: 'a release without a file for this system',
    feed: genuine({ file: 'hestami-chat_1.1.0_amd64.deb' }),
    expected: refused('no-file'),
  },
  {
    name: 'two files for this system',
    feed: changed(({ yaml }) => yaml.files.push({ ...yaml.files[0], url: 'Second.AppImage' })),
    expected: refused('ambiguous-file'),
  },
]

const signature: readonly Case[] = [
  { name: 'no signature', feed: changed(({ yaml }) => (yaml.hestami.signatures = [])), expected: refused('unsigned') },
  {
    name: 'a signature of a key that nobody trusts',
    feed: () => ({ made: makeRelease({ version: '1.1.0', key: newKey() }) }),
    expected: refused('unknown-key'),
  },
  {
    name: 'a signature that claims to be of a trusted key',
    feed: (key) =>
      changed(({ yaml }) => Object.assign(yaml.hestami.signatures[0] ?? {}, { key: key.id }), { key: newKey() })(key),
    expected: refused('bad-signature'),
  },
  {
    name: 'the signature of another file',
    feed: changed(({ yaml }) => Object.assign(yaml.hestami.signatures[0] ?? {}, { file: 'Other.AppImage' })),
    expected: refused('unsigned'),
  },
  {
    name: 'a signature with one bit changed',
    feed: changed(({ yaml }) => {
      const [one] = yaml.hestami.signatures
      const bytes = Buffer.from(String(one?.['signature']), 'base64')
      bytes[10] = (bytes[10] ?? 0) ^ 1
      Object.assign(one ?? {}, { signature: bytes.toString('base64') })
    }),
    expected: refused('bad-signature'),
  },
  {
    name: 'an old release under a new version',
    feed: changed(({ yaml }) => (yaml['version'] = '1.1.0'), { version: '0.9.0' }),
    expected: refused('bad-signature'),
  },
  {
    name: 'a beta release under the stable name',
    feed: changed(({ yaml, statement }) => Object.assign(yaml.hestami, { channel: 'stable' }) && statement, {
      channel: 'beta',
    }),
    expected: refused('bad-signature'),
  },
  {
    name: 'a release of another system under this one’s name',
    feed: changed(({ yaml }) => Object.assign(yaml.hestami, { platform: 'linux' }), {
      platform: 'win32',
      file: 'x.AppImage',
    }),
    expected: refused('bad-signature'),
  },
  {
    name: 'a release of another processor under this one’s name',
    feed: changed(({ yaml }) => Object.assign(yaml.hestami, { arch: 'x64' }), { arch: 'arm64' }),
    expected: refused('bad-signature'),
  },
  {
    name: 'one processor’s release as universal',
    feed: changed(({ yaml }) => Object.assign(yaml.hestami, { arch: 'universal' }), { arch: 'arm64' }),
    expected: refused('bad-signature'),
  },
  {
    name: 'another file under the signed name',
    feed: changed(({ yaml }) => Object.assign(yaml.files[0] ?? {}, { sha512: sha512(bytesOf('evil', 4096)) })),
    expected: refused('bad-signature'),
  },
  {
    name: 'another size',
    feed: changed(({ yaml }) => Object.assign(yaml.files[0] ?? {}, { size: 4095 })),
    expected: refused('bad-signature'),
  },
  {
    name: 'another name',
    feed: changed(({ yaml }) => {
      Object.assign(yaml.files[0] ?? {}, { url: 'Other.AppImage' })
      Object.assign(yaml.hestami.signatures[0] ?? {}, { file: 'Other.AppImage' })
    }),
    expected: refused('bad-signature'),
  },
  {
    name: 'notes that nobody signed',
    feed: changed(({ yaml }) => (yaml['releaseNotes'] = '[Sign in again](https://evil.example)')),
    expected: refused('bad-signature'),
  },
  {
    name: 'no notes in place of the signed ones',
    feed: changed(({ yaml }) => delete yaml['releaseNotes']),
    expected: refused('bad-signature'),
  },
  {
    name: 'the signature of what was signed for another release',
    feed: changed(
      ({ yaml, statement }, key) =>
        (yaml.hestami.signatures = [{ ...signStatement({ ...statement, version: '1.0.9' }, key.private) }]),
    ),
    expected: refused('bad-signature'),
  },
]

const stale: readonly Case[] = [
  { name: 'an old release, genuine', feed: genuine({ version: '0.9.0' }), expected: none('older') },
  {
    name: 'the version that runs, with another file',
    feed: genuine({ version: '1.0.0', bytes: bytesOf('other', 4096) }),
    expected: none('current'),
  },
  { name: 'a version that ran here before', feed: genuine({ version: '1.0.5' }), expected: none('ran-before') },
  {
    name: 'a release that was halted',
    feed: changed(({ yaml }) => (yaml.hestami['halted'] = true)),
    expected: none('halted'),
  },
  {
    name: 'a release that begins elsewhere',
    feed: changed(({ yaml }) => (yaml['stagingPercentage'] = 0)),
    expected: none('not-in-rollout'),
  },
  {
    name: 'a release for versions after this one',
    feed: changed(({ yaml }) => (yaml.hestami['minimumVersion'] = '1.0.1')),
    expected: none('minimum-version'),
  },
  {
    name: 'a release for systems of the future',
    feed: changed(({ yaml }) => (yaml['minimumSystemVersion'] = '999.0.0')),
    expected: none('system-too-old'),
  },
]

const network: readonly Case[] = [
  {
    name: 'a redirect to another server',
    feed: served({ kind: 'redirect', to: 'https://evil.example/stable/stable-linux.yml' }),
    expected: failed('redirected'),
  },
  {
    name: 'a redirect to a file of this computer',
    feed: served({ kind: 'redirect', to: 'file:///etc/passwd' }),
    expected: failed('redirected'),
  },
  {
    name: 'a redirect to itself',
    feed: served({ kind: 'redirect', to: 'stable-linux.yml' }),
    expected: failed('redirected'),
  },
  { name: 'no channel file', feed: served({ kind: 'status', status: 404 }), expected: failed('status') },
  { name: 'a server in trouble', feed: served({ kind: 'status', status: 503 }), expected: failed('status') },
  { name: 'a connection that ends at once', feed: served({ kind: 'cut', after: 0 }), expected: failed('unreachable') },
  {
    name: 'a channel file that ends too early',
    feed: served({ kind: 'truncate', size: 200 }),
    expected: refused('wrong-shape'),
  },
]

/** Everything a hostile or careless server could offer to 1.0.0 (stable, Linux, x64; 1.0.5 ran here once). None may be taken. */
export const hostileFeeds: readonly Case[] = [...text, ...shape, ...meant, ...signature, ...stale, ...network]
