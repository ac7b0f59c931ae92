const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text or an attribute's value. */
export const xmlText = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)

/** Inside of a comment, where two hyphens may not be together. */
export const xmlComment = (text: string): string => text.replace(/-{2,}/g, '-')

/** Each line moved to the right by so many levels. */
export const indent = (lines: readonly string[], levels: number): string[] =>
  lines.map((line) => `${'  '.repeat(levels)}${line}`)
