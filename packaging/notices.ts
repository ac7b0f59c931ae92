import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Sbom } from '../release/sbom.ts'

const licenceFile = /^(licen[cs]e|copying|notice)(\b|$)/i

function licenceOf(folder: string): string {
  if (!existsSync(folder)) return ''
  return readdirSync(folder)
    .filter((name) => licenceFile.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
    .join('\n\n')
}

/** Names, versions and licence texts of every package inside the app, for THIRD-PARTY-NOTICES.txt. */
export function thirdPartyNotices(root: string, sbom: Sbom): string {
  const entries = sbom.components
    .filter(({ name }) => name !== 'electron')
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, version }) => {
      const folder = join(root, 'node_modules', name)
      const { license } = existsSync(folder)
        ? (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { license?: string })
        : { license: undefined }
      const text = licenceOf(folder)
      return `${name} ${version}${license === undefined ? '' : ` (${license})`}\n\n${text === '' ? 'No licence text is shipped with it.' : text}\n`
    })
  const line = '-'.repeat(78)
  return [
    'This app contains the following packages. Electron and Chromium have their own: LICENSE.electron.txt, LICENSES.chromium.html.',
    ...entries,
  ].join(`\n${line}\n\n`)
}
