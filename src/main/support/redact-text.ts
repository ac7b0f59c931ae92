import { isIP } from 'node:net'
import { isRoute } from './route-template.ts'

/** Characters: whatever is longer is no code, name or number, and goes as a whole. */
const limit = 2000
/** Rules can leave something for each other; what is not settled after so many rounds goes as a whole. */
const rounds = 4

/** Names whose value is a secret or a person's, however they are joined to it. */
const secretName =
  'pass(?:word|wd|phrase|code)?|pwd|secret|token|bearer|jwt|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|credentials?|cookies?|csrf|xsrf|otp|totp|pin|sid|session[-_ ]?id|auth(?:orization)?|signature|sig|refresh|access|user(?:[-_ ]?name)?|e-?mail|login|phone(?:[-_ ]?number)?|(?:first|last|full|file|display)[-_ ]?name|address|prompt|message|content|text|query|title'

type Rule = readonly [pattern: RegExp, shown: string | ((found: string) => string)]

const documents =
  'pdf|docx?|odt|rtf|xlsx?|ods|csv|pptx?|odp|txt|md|jpe?g|png|gif|webp|heic|heif|avif|tiff?|bmp|svg|mp[34]|m4a|mov|avi|wav|zip|7z|rar|tar|gz|eml|msg|ics|vcf|key|pem|pfx|p12|sqlite|db'
const roots =
  'home|users|root|var|tmp|private|mnt|media|volumes|opt|usr|etc|srv|run|data|applications|library|system|proc|dev|nix|snap|work|workspace'

/** A name of a programmer's: words that are joined by their capitals. */
const isName = (run: string): boolean => /^[a-z]{2,}(?:[A-Z][a-z]{2,})+$/.test(run)

const isLong = (run: string): boolean =>
  run.length >= 40 ||
  (/\d/.test(run) && /[A-Za-z]/.test(run)) ||
  (/[a-z]/.test(run) && /[A-Z]/.test(run) && !isName(run))

/** Text of people or programs in an encoding that hides it. */
const isHidden = (run: string): boolean => {
  const hex = /^(?:[0-9a-f]{2})+$/i.test(run)
  const bytes = [Buffer.from(run, 'base64'), ...(hex ? [Buffer.from(run, 'hex')] : [])]
  return bytes.some((found) => found.length >= 8 && /^[\x20-\x7e\0]+$/.test(found.toString('latin1')))
}

/** Whatever follows on the line goes too: where a secret ends cannot be known. */
const rules: readonly Rule[] = [
  [/-----BEGIN[^]*?(?:-----END[^-]*-----|$)/g, '[key]'],
  [/\beyJ[\w-]{4,}[\w.~+/=-]*/g, '[token]'],
  [/gAAAA[\w-]{16,}={0,2}/g, '[sealed]'],
  [/\b(set-cookie2?|cookie|(?:proxy-)?authorization|(?:www|proxy)-authenticate)\b["'\\]*\s*[:=].*/gi, '[header]'],
  [/\b(?:bearer|basic|digest|negotiate|ntlm)\s+\S.*/gi, '[credentials]'],
  [new RegExp(`(?:${secretName})[\\w-]{0,20}["'\\\\\\])]*\\s*(?::|=|%3[ad])\\s*.*`, 'gi'), '[secret]'],
  [/\b(?:mailto|data|blob|javascript|tel|sms|file):\S.*/gi, '[url]'],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S*/gi, '[url]'],
  [/\?[^\s=]{1,100}=.*/g, '[query]'],
  [/"[^"]{0,100}"@\S+|\S+@\S+/g, '[email]'],
  [/(?:~|%[a-z]+%|\$\{?home\}?|\$env:\w+)[\\/].*/gi, '[path]'],
  [/(?<![\w.])[a-z]:[\\/].*/gi, '[path]'],
  [/\\\\[^\s\\]+\\.*/g, '[path]'],
  [new RegExp(`(?<!\\w)[\\\\/](?:${roots})[\\\\/].*`, 'gi'), '[path]'],
  [new RegExp(`^.*\\.(?:${documents})\\b`, 'gim'), '[file]'],
  [/[A-Za-z0-9_+/-]{16,}={0,2}/g, (run) => (isHidden(run) ? '[encoded]' : run)],
  [/[A-Za-z0-9_+/-]{24,}={0,2}/g, (run) => (isLong(run) ? '[long]' : run)],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b(?::\d{1,5})?/g, (found) => (isIP(found.split(':')[0]!) === 4 ? '[ip]' : found)],
  [
    /\[?(?<![\w:])[0-9a-f:]{0,39}:[0-9a-f:.]{1,39}(?:%\w{1,16})?\]?/gi,
    (found) => (isIP(found.replace(/[[\]]/g, '').split('%')[0]!) === 6 ? '[ip]' : found),
  ],
  [/(?<![\w.])\+\d[\d ().-]{6,18}\d/g, '[number]'],
  [/\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b/g, '[number]'],
  [/\d(?:[ -]?\d){12,18}|\d{9,}/g, '[number]'],
]

const pass = (text: string): string =>
  rules.reduce((clean, [pattern, shown]) => clean.replace(pattern, shown as string), text)

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  commat: '@',
  period: '.',
  colon: ':',
  sol: '/',
  bsol: '\\',
  equals: '=',
}
const point = (digits: string, base: number): string => {
  const at = Number.parseInt(digits, base)
  return at >= 0 && at <= 0x10_ffff ? String.fromCodePoint(at) : ''
}

/** A text with one layer of escapes taken off: URL, JSON, HTML, and characters that nobody sees. */
const unescaped = (text: string): string =>
  text
    .replace(/(?:%[0-9a-f]{2})+/gi, (found) => Buffer.from(found.replaceAll('%', ''), 'hex').toString('utf8'))
    .replace(/\\u\{([0-9a-f]{1,6})\}|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_all, ...digits: string[]) =>
      point(digits.slice(0, 3).find((found) => found !== undefined) ?? '', 16),
    )
    .replace(/&#x([0-9a-f]{1,6});?/gi, (_all, digits: string) => point(digits, 16))
    .replace(/&#(\d{1,7});?/g, (_all, digits: string) => point(digits, 10))
    .replace(/&([a-z]{2,6});/gi, (all, name: string) => entities[name.toLowerCase()] ?? all)
    .replace(/=([0-9A-F]{2})/g, (_all, digits: string) => point(digits, 16))
    .replace(/[\p{Cc}\p{Cf}]/gu, '')

/** Something shows up when the escapes are taken off, layer by layer. */
function hides(text: string): boolean {
  let view = text
  for (let layer = 0; layer < 3; layer++) {
    const next = unescaped(view)
    if (next === view) return false
    view = next
    if (pass(view) !== view) return true
  }
  return unescaped(view) !== view
}

/**
 * Takes out what a log must never hold: tokens, cookies, passwords, addresses of people, servers and computers, paths, file names,
 * telephone and account numbers, and whatever is long and random. What is found goes whole. Doing it again changes nothing.
 */
export function redactText(text: string): string {
  if (text.length > limit) return '[long]'
  if (isRoute(text)) return text
  let clean = text
  for (let round = 0; round < rounds; round++) {
    const next = pass(clean)
    if (next === clean) return hides(clean) ? '[encoded]' : clean
    clean = next
  }
  return '[removed]'
}
