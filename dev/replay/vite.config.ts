import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** `out/replay/index.js`: the servers of a replay in one file that needs nothing beside it. Packed with debug builds alone. */
export default defineConfig({
  resolve: { alias: [{ find: /^.*\/files\/pixels\.ts$|^\.\/pixels\.ts$/, replacement: at('pixels.ts') }] },
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node24',
    outDir: at('../../out/replay'),
    emptyOutDir: true,
    rollupOptions: { input: { index: at('main.ts') } },
  },
})
