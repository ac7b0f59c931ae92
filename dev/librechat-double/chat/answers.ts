import type { AnswerStep, Question, ScriptedAnswer } from './scripts.ts'

/** Characters of the question that an answer quotes at most. */
const quoted = 500

const code = `Here is the code:

\`\`\`ts
/** The greatest common divisor of two whole numbers. */
export function gcd(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : gcd(b, a % b)
}
\`\`\`

It calls itself until the remainder is zero.`

const table = `Here is the table:

| Planet  | Diameter (km) | Moons |
| ------- | ------------: | ----: |
| Mercury |         4 879 |     0 |
| Earth   |        12 742 |     1 |
| Jupiter |       139 820 |    95 |

Diameters are rounded.`

const paragraphs = [
  'A garden begins with looking. Walk around the ground at different hours and note where the sun stands, where water gathers after rain, and which corner the wind prefers. None of that costs anything, and all of it decides later whether a plant thrives or only survives. People who skip this part tend to buy the same shrub three times.',
  'Soil comes next. Dig a hole as deep as your forearm and look at its wall: dark crumbs near the top, paler layers below, perhaps a band of clay that holds water like a bowl. Mix in compost, not too much of it, and leave the worms to do the rest — they are better at it than any spade. A naïve hurry here is paid for in summer.',
  'Water seldom and thoroughly instead of often and a little. Roots follow moisture downwards; a daily sprinkle keeps them at the surface, where the first hot week at 35 °C finds them. Early morning is best, because leaves dry before evening and fungi get no chance. A rain gauge costs less than a café visit.',
]

const long = `# A small garden 🌱

## First thoughts

${paragraphs[0]}

## The ground

${paragraphs[1]}

## Water

${paragraphs[2]}

## What to do when

1. In March, cut back what winter has left standing and loosen the crust of the beds.
2. In May, after the last frost, plant out what has been raised on the window sill.
3. In July, mulch open ground, so that it stays cool → and moist.
4. In October, collect leaves, divide perennials, and plant bulbs while the earth is warm.

A few habits help through the whole year:

- write down what was sown, and when;
- clean tools before they are put away;
- leave one corner wild for hedgehogs and bees.

## How much water

\`\`\`python
def litres(area_m2: float, rain_mm: float, need_mm: float = 20.0) -> float:
    """Water for one week: one millimetre on a square metre is one litre."""
    return max(0.0, need_mm - rain_mm) * area_m2
\`\`\`

## A plan for one bed

| Month | Left side | Right side |
| ----- | --------- | ---------- |
| April | peas      | spinach    |
| June  | beans     | lettuce    |
| Sept. | leek      | winter rye |

## At last

Nothing here is difficult, and nearly everything can be put right a year later. What cannot be bought is patience: trees take ten years, hedges five, and a lawn one wet spring. Start with a single bed, keep it well, and let the rest of the ground wait until you know what you want from it.

The end.`

const says = (text: string, word: string): boolean => new RegExp(`\\b${word}\\b`, 'i').test(text)

function short({ text, files }: Question): string {
  const characters = Array.from(text)
  const shown = characters.length > quoted ? `${characters.slice(0, quoted).join('')}…` : text
  const quote =
    shown.trim() === ''
      ? []
      : [
          'You asked:',
          shown
            .split('\n')
            .map((line) => `> ${line}`)
            .join('\n'),
        ]
  const named = files.map(({ name, width, height }) => `- **${name}**: ${width} × ${height} px`)
  const attached =
    named.length === 0
      ? []
      : [`You attached ${named.length === 1 ? 'an image' : `${named.length} images`}:`, named.join('\n')]
  const count = text.split(/\s+/).filter(Boolean).length
  const closing = count === 0 ? [] : [`That is **${count} ${count === 1 ? 'word' : 'words'}**.`]
  return [...quote, ...attached, ...closing].join('\n\n') || 'There was nothing to answer.'
}

/** The double's own answer. Words of the question choose what is in it; they can be combined. */
export function answerTo(question: Question): ScriptedAnswer {
  const { text } = question
  const steps: AnswerStep[] = []
  if (says(text, 'fail')) return { steps: [{ kind: 'fail', error: 'Failed to start generation' }] }
  if (says(text, 'think'))
    steps.push({ kind: 'think', text: 'The question asks for a thought. I read it again, weigh it, and then answer.' })
  if (says(text, 'tool'))
    steps.push(
      { kind: 'hole' },
      {
        kind: 'tool',
        name: 'web_search',
        args: '{"query":"small gardens"}',
        output: 'Found 3 pages about small gardens.',
      },
    )
  const body = says(text, 'long') ? long : says(text, 'table') ? table : says(text, 'code') ? code : short(question)
  if (!says(text, 'error')) return { steps: [...steps, { kind: 'text', text: body }] }
  const error = 'An error occurred while processing the request: 401 Incorrect API key provided.'
  return { steps: [...steps, { kind: 'text', text: 'Let me see.' }, { kind: 'error', error }] }
}
