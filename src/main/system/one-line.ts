const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Text for a place of one line: no line ends, no characters that hide or reorder text, at most `most` characters as people count them. */
export function oneLine(text: string, most: number): string {
  // What is far beyond the limit need not be looked at; a character of people is seldom longer than this.
  const line = text
    .slice(0, most * 16)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (found) => (found === '\u{200d}' ? found : ' '))
    .replaceAll(/\s+/g, ' ')
    .trim()
  const characters = Array.from(graphemes.segment(line), ({ segment }) => segment)
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line
}
