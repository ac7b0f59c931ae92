import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { importedPackages, shippedOnly, writeSbom } from './sbom.ts'

test('packages by name, not files, built-ins or types', () => {
  const source = `import { a } from 'react'
import b from '@scope/name/deep/file.js'
import 'side-effect'
import type { c } from 'only-types'
import { d } from './own.ts'
import { e } from 'node:fs'
import {
  f,
} from 'zustand/vanilla'
`
  expect([...importedPackages([source])].sort()).toEqual(['@scope/name', 'react', 'side-effect', 'zustand'])
})

test('keeps what ships, with all that it needs', () => {
  const component = (name: string) => ({ 'bom-ref': name, name, version: '1.0.0' })
  const sbom = shippedOnly(
    {
      metadata: { component: { 'bom-ref': 'root' } },
      components: ['react', 'scheduler', 'vitest', 'electron', 'downloader'].map(component),
      dependencies: [
        { ref: 'root', dependsOn: ['react', 'vitest', 'electron'] },
        { ref: 'react', dependsOn: ['scheduler'] },
        { ref: 'scheduler' },
        { ref: 'electron', dependsOn: ['downloader'] },
      ],
    },
    new Set(['react', 'electron']),
  )
  expect(sbom.components.map(({ name }) => name)).toEqual(['react', 'scheduler', 'electron'])
  expect(sbom.dependencies.map(({ ref }) => ref)).toEqual(['root', 'react', 'scheduler'])
})

test('names what this app is made of, the same each time', () => {
  const root = resolve(import.meta.dirname, '..')
  const sbom = writeSbom(root)
  const names = sbom.components.map(({ name }) => name)
  for (const name of ['electron', 'react', 'react-dom', 'zustand', 'marked', 'got', 'zod'])
    expect(names).toContain(name)
  for (const name of ['vitest', 'typescript', 'electron-builder', '@dbos-inc/dbos-sdk', 'playwright-core'])
    expect(names).not.toContain(name)
  expect(writeSbom(root)).toEqual(sbom)
})
