interface Letter {
  readonly width: number
  /** Strokes of a letter that is 80 high, from its upper left corner. */
  readonly strokes: string
}

/** The letters of the ribbons, as lines: with a font they would look different on every computer that packs. */
const letters: Readonly<Record<string, Letter>> = {
  A: { width: 60, strokes: 'M0 80L30 0L60 80M11 54H49' },
  B: { width: 50, strokes: 'M0 0H28a20 20 0 0 1 0 40H0M28 40a20 20 0 0 1 0 40H0V0' },
  D: { width: 54, strokes: 'M0 0H20a34 40 0 0 1 0 80H0Z' },
  E: { width: 44, strokes: 'M44 0H0V80H44M0 40H38' },
  G: { width: 56, strokes: 'M53 16A30 40 0 1 0 56 62V44H34' },
  T: { width: 56, strokes: 'M0 0H56M28 0V80' },
  U: { width: 54, strokes: 'M0 0V52a27 28 0 0 0 54 0V0' },
}
/** Between letters, from line to line. */
const gap = 34
const thickness = 19

/** A word in white, centred on a point; `height` of a letter in the units of the picture. */
export function drawWord(word: string, centre: { readonly x: number; readonly y: number }, height: number): string {
  const scale = height / 80
  const found = word.split('').map((name) => {
    const letter = letters[name]
    if (letter === undefined) throw new Error(`the letter ${name} is not drawn`)
    return letter
  })
  const width = found.reduce((sum, letter) => sum + letter.width, gap * (found.length - 1))
  let at = 0
  const paths = found.map((letter) => {
    const path = `<path transform="translate(${at} 0)" d="${letter.strokes}"/>`
    at += letter.width + gap
    return path
  })
  const left = centre.x - (width * scale) / 2
  const top = centre.y - height / 2
  return `<g transform="translate(${left} ${top}) scale(${scale})" fill="none" stroke="#ffffff" stroke-width="${thickness}" stroke-linejoin="round" stroke-linecap="round">${paths.join('')}</g>`
}
