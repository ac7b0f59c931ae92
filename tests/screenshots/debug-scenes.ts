import type { Page } from 'playwright-core'
import { debugInfo, exchanges, faults, summary } from './debug-fixture.ts'
import { conversations, models, signedIn, thread } from './fixture.ts'
import type { Fixture } from './fixture.ts'
import type { Scene } from './scenes.ts'

/** A developer build, with a panel open. */
const debugging = (panel: string | null, answers: object = {}): Fixture => ({
  session: signedIn,
  models,
  conversations,
  messages: { c0: thread },
  settings: { lastConversationId: panel === null ? 'c0' : null },
  answers: {
    'app.info': debugInfo,
    'app.ready': panel === null ? [] : [{ name: panel }],
    'debug.timeline': exchanges,
    'debug.faults': faults,
    'debug.openBundle': summary,
    ...answers,
  },
})
const choose = async (page: Page, name: string): Promise<void> => {
  const file = { name, mimeType: 'application/x-ndjson', buffer: Buffer.from('{}') }
  await page.getByLabel('Support bundle', { exact: true }).setInputFiles([file])
}

export const debugScenes: readonly Scene[] = [
  {
    name: 'debug-sign-in',
    fixture: {
      session: { phase: 'signed-out', reason: 'never', error: null, keychain: null },
      answers: { 'app.info': debugInfo },
    },
  },
  { name: 'debug-thread', fixture: debugging(null) },
  { name: 'debug-replay', fixture: debugging(null, { 'app.info': { ...debugInfo, replayOf: '1.4.2' } }) },
  {
    name: 'timeline',
    fixture: debugging('timeline'),
    act: async (page) => await page.getByRole('button', { name: 'GET /api/agents/chat/stream/:id' }).last().click(),
  },
  {
    name: 'timeline-rule',
    fixture: debugging('timeline'),
    act: async (page) => await page.getByRole('button', { name: /^Change: LibreChat/ }).click(),
  },
  { name: 'timeline-empty', fixture: debugging('timeline', { 'debug.timeline': [], 'debug.faults': [] }) },
  { name: 'open-bundle', fixture: debugging('open-bundle') },
  {
    name: 'open-bundle-read',
    fixture: debugging('open-bundle'),
    async act(page) {
      await choose(page, 'hestami-support-2026-11-23.jsonl')
      await page.getByRole('button', { name: 'Replay' }).waitFor()
    },
  },
  {
    name: 'open-bundle-none',
    fixture: { ...debugging('open-bundle'), errors: { 'debug.openBundle': { code: 'invalid-input', field: 'text' } } },
    async act(page) {
      await choose(page, 'notes.jsonl')
      await page.getByRole('alert').waitFor()
    },
  },
]
