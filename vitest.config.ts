import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const responsiveness = 'tests/journeys/streaming.test.ts'

/** `node` and `window` are quick; `journeys` drive the built app in Chromium. */
export default defineConfig({
  test: {
    // Tests of servers wait most of their time: two at once also where vitest would leave a core to itself.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'src/{contract,main,preload}/**/*.test.ts',
            'platform/src/**/*.test.ts',
            '{dev,release,packaging,policy-templates}/**/*.test.ts',
            'tests/{contract,faults,hostile,electron,packaging,support,updates}/**/*.test.ts',
          ],
          // The real Electron has a run of its own: vitest.electron.config.ts.
          exclude: ['tests/electron/smoke/**', '**/node_modules/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'window', environment: 'jsdom', include: ['src/renderer/**/*.test.{ts,tsx}'] } },
      {
        test: {
          name: 'journeys',
          environment: 'node',
          include: ['tests/journeys/**/*.test.ts'],
          exclude: [responsiveness, '**/node_modules/**'],
          // They wait for answers most of their time; more than two browsers at once would make each other late.
          maxWorkers: 2,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          // Measures how soon the window answers: nothing else may run beside it.
          name: 'responsiveness',
          environment: 'node',
          include: [responsiveness],
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
