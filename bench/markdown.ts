import { Lexer } from 'marked'
import { createBlockParser } from '../src/renderer/lib/blocks.ts'
import { median } from './report.ts'
import type { Row } from './report.ts'

const paragraph = 'Some **words** with `code`, a [link](https://example.com) and more of them in this sentence. '
const section = `## Section\n\n${paragraph.repeat(5)}\n\n- one\n- two\n\n\`\`\`ts\nconst a = 1\n\`\`\`\n\n`
const document = section.repeat(24)
/** Characters of a delta. */
const step = 12

function timed(work: () => void): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

/** Parsing an answer that grows: only its tail, against all of it at each delta. */
export function benchMarkdown(): Row[] {
  const ours: number[] = []
  const whole: number[] = []
  for (let run = 0; run < 5; run++) {
    const parse = createBlockParser()
    ours.push(
      timed(() => {
        for (let end = step; end <= document.length; end += step) parse(document.slice(0, end))
      }),
    )
    whole.push(
      timed(() => {
        for (let end = step; end <= document.length; end += step)
          new Lexer({ gfm: true, breaks: true }).lex(document.slice(0, end))
      }),
    )
  }
  const what = `parsing a ${Math.round(document.length / 1000)} kB answer that grows by ${step} characters`
  return [{ what, value: median(ours), baseline: median(whole), unit: 'ms', against: 'all of it each time' }]
}
