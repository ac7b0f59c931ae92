/** What must never be in a log, whatever field it slipped into. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/Bearer\s+\S+/gi, 'Bearer [token]'],
  [/gAAAA[\w-]{20,}={0,2}/g, '[sealed]'],
  [/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '[email]'],
  [/\bhttps?:\/\/\S+/g, '[url]'],
  [/\b[A-Za-z0-9_-]{32,}\b/g, '[long]'],
]

export const redact = (text: string): string =>
  patterns.reduce((clean, [pattern, shown]) => clean.replace(pattern, shown), text).slice(0, 500)
