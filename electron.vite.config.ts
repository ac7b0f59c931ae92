import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { readUpdateBuild } from './src/main/updates/trusted-keys.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    define: { __HESTAMI_UPDATES__: JSON.stringify(readUpdateBuild(process.env)) },
    build: {
      externalizeDeps: true,
      sourcemap: true,
      rollupOptions: {
        input: { index: at('src/main/index.ts'), 'keychain-worker': at('src/main/keychain/worker.ts') },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload may require nothing but 'electron': one CJS file.
      externalizeDeps: false,
      isolatedEntries: true,
      rollupOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: {
      minify: true,
      rollupOptions: {
        input: {
          index: at('src/renderer/index.html'),
          quick: at('src/renderer/quick.html'),
          safe: at('src/renderer/safe.html'),
        },
      },
    },
  },
})
