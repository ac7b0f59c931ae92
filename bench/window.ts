import type { Page } from 'playwright-core'
import { createMemoryKeychain } from '../tests/faults/harness/memory-keychain.ts'
import { openSetting } from '../tests/journeys/harness/setting.ts'
import type { Row } from './report.ts'
import { median } from './report.ts'

const words = 1000
const perSecond = 200
const text = Array.from({ length: words }, (_, at) => (at % 40 === 39 ? 'end.\n\n' : `word${at} `)).join('')

/** Reads the milliseconds that the page's main thread was at work so far. */
async function busyTime(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000
  }
}

/** A page that only appends plain text once a frame, at the same rate: what no chat window can be below. */
async function floor(page: Page, busy: () => Promise<number>): Promise<number> {
  await page.goto('about:blank')
  await page.setContent('<body><p></p></body>')
  const before = await busy()
  await page.evaluate(
    async ([total, rate]) => {
      let paragraph = document.querySelector('p')!
      const began = performance.now()
      let shown = 0
      await new Promise<void>((resolve) => {
        const paint = (): void => {
          const due = Math.min(total!, Math.floor(((performance.now() - began) / 1000) * rate!))
          for (; shown < due; shown++) {
            if (shown % 40 === 39) paragraph = document.body.appendChild(document.createElement('p'))
            else paragraph.append(`word${shown} `)
          }
          window.scrollTo(0, document.body.scrollHeight)
          if (shown < total!) requestAnimationFrame(paint)
          else resolve()
        }
        requestAnimationFrame(paint)
      })
    },
    [words, perSecond],
  )
  return (await busy()) - before
}

/** Main-thread work for an answer of 1,000 words at 200 a second, and the start with a cached list. */
export async function benchWindow(): Promise<Row[]> {
  const setting = await openSetting({ keychain: createMemoryKeychain(), librechat: { deltasPerSecond: perSecond } })
  try {
    const { demo, librechat } = setting.stack
    librechat.script('stream', { steps: [{ kind: 'text', text: `${text}All done.` }], deltasPerSecond: perSecond })
    await setting.me().signIn(demo.email, demo.password)
    await setting.me().messageBox.waitFor()
    const ours: number[] = []
    const floors: number[] = []
    const blank = await setting.browser.newPage()
    const page = setting.page()
    const [windowBusy, blankBusy] = await Promise.all([busyTime(page), busyTime(blank)])
    for (let run = 0; run < 3; run++) {
      await page.getByRole('button', { name: 'New chat' }).click()
      const before = await windowBusy()
      await setting.me().send('stream')
      await setting.me().answers.last().getByText('All done.').waitFor({ timeout: 60_000 })
      ours.push((await windowBusy()) - before)
      floors.push(await floor(blank, blankBusy))
    }
    const starts: number[] = []
    const empty: number[] = []
    for (let run = 0; run < 5; run++) {
      await page.reload({ waitUntil: 'commit' })
      await setting.me().conversations.getByRole('button').first().waitFor()
      starts.push(await page.evaluate(() => performance.now()))
      await blank.goto('about:blank')
      await blank.reload({ waitUntil: 'load' })
      empty.push(await blank.evaluate(() => performance.now()))
    }
    await blank.close()
    return [
      {
        what: `main thread for ${words} words at ${perSecond} a second`,
        value: median(ours),
        baseline: median(floors),
        unit: 'ms',
        against: 'plain text once a frame',
      },
      {
        what: 'reload to the cached list',
        value: median(starts),
        baseline: median(empty),
        unit: 'ms',
        against: 'an empty page',
      },
    ]
  } finally {
    await setting.close()
  }
}
