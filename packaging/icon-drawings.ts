import type { FlavourName } from '../src/main/flavour.ts'
import { drawWord } from './icon-letters.ts'

/** Ribbons that keep beta and debug apart from production also at 16 pixels: a colour of its own, and letters where there is room. */
const ribbons: Readonly<Record<Exclude<FlavourName, 'production'>, { readonly fill: string; readonly word: string }>> =
  {
    beta: { fill: '#e0912f', word: 'BETA' },
    debug: { fill: '#b4375f', word: 'DEBUG' },
  }

/** Below this many pixels letters are only noise. */
const readable = 48

/** The app's icon (`resources/icon.svg`) as a flavour has it, drawn for a size in pixels. */
export function appIcon(source: string, flavour: FlavourName, pixels: number): string {
  if (flavour === 'production') return source
  const { fill, word } = ribbons[flavour]
  const top = pixels < readable ? 300 : 352
  const letters = pixels < readable ? '' : drawWord(word, { x: 256, y: 420 }, 72)
  const ribbon = `<path d="M24 ${top} H488 V384 Q488 488 384 488 H128 Q24 488 24 384 Z" fill="${fill}"/>${letters}`
  return source.replace(/<\/svg>\s*$/, `${ribbon}</svg>`)
}

/** The mark alone, for the notification area: the bubble of the source, without its ground. */
export function trayIcon(
  source: string,
  look: { readonly colour: string; readonly dots: string; readonly unread: boolean; readonly ribbon: string | null },
): string {
  const bubble = /<path\s+d="([^"]+)"/.exec(source)?.[1]
  const dots = [...source.matchAll(/<circle cx="(\d+)" cy="(\d+)" r="\d+"/g)]
  if (bubble === undefined || dots.length === 0) throw new Error('icon.svg has no bubble with dots any more')
  const holes = dots.map(([, x, y]) => `<circle cx="${x}" cy="${y}" r="26" fill="${look.dots}"/>`).join('')
  const ribbon =
    look.ribbon === null ? '' : `<rect x="64" y="454" width="384" height="60" rx="30" fill="${look.ribbon}"/>`
  // The unread dot stands clear of the bubble, so that it is seen in one colour too.
  const mask = look.unread ? '<circle cx="356" cy="150" r="120" fill="black"/>' : ''
  const dot = look.unread ? `<circle cx="356" cy="150" r="86" fill="${look.colour}"/>` : ''
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="64 64 384 ${look.ribbon === null ? 384 : 440}">
  <mask id="clear"><rect x="0" y="0" width="512" height="512" fill="white"/>${look.dots === 'none' ? dots.map(([, x, y]) => `<circle cx="${x}" cy="${y}" r="26" fill="black"/>`).join('') : ''}${mask}</mask>
  <g mask="url(#clear)"><path d="${bubble}" fill="${look.colour}" stroke="${look.colour}" stroke-width="28" stroke-linejoin="round"/>${look.dots === 'none' ? '' : holes}</g>${dot}${ribbon}</svg>`
}

export const ribbonColour = (flavour: FlavourName): string | null =>
  flavour === 'production' ? null : ribbons[flavour].fill
