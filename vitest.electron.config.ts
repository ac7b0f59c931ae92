import { defineConfig } from 'vitest/config'

/** `npm run test:electron`: needs Electron's binary and a display, so `npm test` leaves it out. */
export default defineConfig({
  test: {
    name: 'electron',
    environment: 'node',
    include: ['tests/electron/smoke/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
})
