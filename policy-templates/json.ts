import { settingsTable } from '../src/contract/settings.ts'
import type { Flavour } from '../src/main/flavour.ts'
import type { PolicySetting } from './describe.ts'
import { exampleOf, examplePolicy } from './example.ts'

const print = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

export const jsonExample = (settings: readonly PolicySetting[]): string => print(examplePolicy(settings))

function property(setting: PolicySetting): object {
  const { $schema: _version, ...schema } = settingsTable[setting.name].schema.toJSONSchema()
  const example = exampleOf(setting)
  // The app takes no other addresses, and `format` alone does not say so.
  const https = typeof example === 'string' && example.startsWith('https:')
  const anyOf = schema.anyOf?.map((part) => ('format' in part ? { ...part, pattern: '^https://' } : part))
  return { title: setting.title, description: setting.about, ...schema, ...(https ? { anyOf } : {}) }
}

/** JSON Schema of a policy file, for editors that check while one writes. */
export function jsonSchema(settings: readonly PolicySetting[], { productName }: Flavour): string {
  const part = (description: string, of: readonly PolicySetting[]): object => ({
    description,
    type: 'object',
    properties: Object.fromEntries(of.map((setting) => [setting.name, property(setting)])),
    additionalProperties: false,
  })
  return print({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Policy of ${productName}`,
    type: 'object',
    properties: {
      enforced: part('What users cannot change.', settings),
      recommended: part(
        'What applies until users choose something else.',
        settings.filter(({ name }) => settingsTable[name].owner === 'user'),
      ),
    },
    additionalProperties: false,
  })
}
