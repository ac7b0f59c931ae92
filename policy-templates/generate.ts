import { format } from 'prettier'
import { flavours } from '../src/main/flavour.ts'
import { adml, admx } from './admx.ts'
import { mobileconfig } from './mobileconfig.ts'
import { examplePolicy, policySettings } from './setting-forms.ts'
import type { PolicySetting } from './setting-forms.ts'

function property({ title, about, schema, example }: PolicySetting): object {
  // The app takes no other addresses, and the schema's `format` alone does not say so.
  const https = typeof example === 'string' && example.startsWith('https:')
  const anyOf = schema.anyOf?.map((part) =>
    typeof part === 'object' && part.type === 'string' ? { ...part, pattern: '^https://' } : part,
  )
  return { title, description: about, ...schema, ...(https ? { anyOf } : {}) }
}

/** JSON Schema of a policy file, for editors that check while one writes. */
function jsonSchema(settings: readonly PolicySetting[], productName: string): object {
  const part = (description: string, of: readonly PolicySetting[]): object => ({
    description,
    type: 'object',
    properties: Object.fromEntries(of.map((setting) => [setting.name, property(setting)])),
    additionalProperties: false,
  })
  const users = settings.filter(({ recommendable }) => recommendable)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Policy of ${productName}`,
    type: 'object',
    properties: {
      $schema: { description: 'Where this schema is, for editors; the app does not look.', type: 'string' },
      enforced: part('What users cannot change.', settings),
      recommended: part('What applies until users choose something else.', users),
    },
    additionalProperties: false,
  }
}

/** All templates, by their paths in this folder. They come from the one table of settings and nothing else. */
export async function policyTemplates(): Promise<ReadonlyMap<string, string>> {
  const settings = policySettings()
  const { production } = flavours
  const { executableName: name, productName } = production
  const json = async (value: object): Promise<string> =>
    await format(JSON.stringify(value), { parser: 'json', printWidth: 120 })
  return new Map([
    [`${name}.admx`, admx(settings, productName)],
    [`en-US/${name}.adml`, adml(settings, productName)],
    [`${name}.mobileconfig`, mobileconfig(settings, production)],
    ['policy.schema.json', await json(jsonSchema(settings, productName))],
    ['policy.example.json', await json(examplePolicy(settings))],
  ])
}
