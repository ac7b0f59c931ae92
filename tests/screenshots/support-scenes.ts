import { bundle } from './bundle-fixture.ts'
import type { Fixture } from './fixture.ts'
import type { Scene } from './scenes.ts'

const asked = { 'app.ready': [{ name: 'support-bundle' }] }

/** The support bundle over a chat (`open`) and over the sign-in (`out`). */
export const supportScenes = (open: Fixture, out: Fixture): readonly Scene[] => [
  {
    name: 'support-bundle',
    fixture: { ...open, answers: { ...asked, 'support.bundle': bundle(40) } },
    async act(page) {
      await page.getByRole('listbox').focus()
      await page.keyboard.press('End')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Space')
    },
  },
  {
    name: 'support-bundle-long',
    fixture: {
      ...out,
      settings: { verboseLogUntil: Date.now() + 80_000_000 },
      answers: { ...asked, 'support.bundle': bundle(20_000) },
    },
    async act(page) {
      await page.getByRole('searchbox').fill('timeout')
      await page.getByRole('checkbox', { name: /^Settings/ }).uncheck()
    },
  },
  {
    name: 'support-bundle-failed',
    fixture: { ...open, answers: asked, errors: { 'support.bundle': { code: 'internal', id: '1a2b3c4d' } } },
  },
  {
    name: 'detailed-log',
    fixture: { ...open, settings: { ...open.settings, verboseLogUntil: Date.now() + 80_000_000 } },
    async act(page) {
      const button = page.getByRole('button', { name: 'Show conversations' })
      if (await button.isVisible()) await button.click()
    },
  },
]
