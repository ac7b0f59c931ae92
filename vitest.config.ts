import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** `unit` and `contract` are quick; `journeys` drive the built app in Chromium, one at a time. */
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
            '{dev,release}/**/*.test.ts',
            'tests/{contract,faults,hostile,electron}/**/*.test.ts',
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
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
