import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { policyTemplates } from './generate.ts'

/** npm run policy-templates: writes the templates of administrators anew from the table of settings. */
for (const [path, text] of await policyTemplates()) {
  const file = join(import.meta.dirname, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
