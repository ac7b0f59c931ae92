import { registryKeys, registryParts } from '../src/main/policy/registry.ts'
import type { PolicySetting, SettingForm } from './setting-forms.ts'
import { indent, xmlText } from './xml.ts'

/** Group Policy's schema: https://learn.microsoft.com/previous-versions/windows/desktop/policy/admx-schema */
const schema = 'http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions'
const root = (element: string): string =>
  `<${element} xmlns="${schema}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" revision="1.0" schemaVersion="1.0">`

type Part = keyof typeof registryParts

/**
 * A setting in one of the two parts; defaults are for what users may change at all. Names of policies are unique in a file, so those of
 * the second part say so.
 */
interface Row {
  readonly setting: PolicySetting
  readonly part: Part
  readonly id: string
}

const rows = (settings: readonly PolicySetting[]): Row[] => [
  ...settings.map((setting): Row => ({ setting, part: 'Enforced', id: setting.name })),
  ...settings
    .filter(({ recommendable }) => recommendable)
    .map((setting): Row => ({ setting, part: 'Recommended', id: `${setting.name}_Recommended` })),
]

const choiceId = (name: string, value: string): string => `${name}_${value.replaceAll('-', '_')}`

function elements({ name, form }: PolicySetting): string[] {
  switch (form.kind) {
    case 'switch':
      return [
        '<enabledValue><decimal value="1" /></enabledValue>',
        '<disabledValue><decimal value="0" /></disabledValue>',
      ]
    case 'choice':
      return [
        '<elements>',
        `  <enum id="${name}" valueName="${name}" required="true">`,
        ...form.values.flatMap((value) => [
          `    <item displayName="$(string.${choiceId(name, value)})">`,
          `      <value><string>${xmlText(value)}</string></value>`,
          '    </item>',
        ]),
        '  </enum>',
        '</elements>',
      ]
    case 'list':
      return ['<elements>', `  <multiText id="${name}" valueName="${name}" maxStrings="${form.most}" />`, '</elements>']
    // The registry has no fractions: numbers are texts.
    case 'number':
      return ['<elements>', `  <text id="${name}" valueName="${name}" required="true" maxLength="10" />`, '</elements>']
    case 'text':
      return [
        '<elements>',
        `  <text id="${name}" valueName="${name}" required="true" maxLength="${form.longest}" />`,
        '</elements>',
      ]
  }
}

function policy({ setting, part, id }: Row, key: string): string[] {
  const value =
    setting.form.kind === 'switch' ? ` valueName="${setting.name}"` : ` presentation="$(presentation.${id})"`
  return [
    `<policy name="${id}" class="Both" displayName="$(string.${setting.name})" explainText="$(string.${id}_about)" key="${xmlText(`${key}\\${part}`)}"${value}>`,
    `  <parentCategory ref="${part}" />`,
    '  <supportedOn ref="Supported" />',
    ...indent(elements(setting), 1),
    '</policy>',
  ]
}

/** The definitions of all policies, for both the computer and the user. `productName`: of the flavour that they are for. */
export function admx(settings: readonly PolicySetting[], productName: string): string {
  // Group Policy puts the hive in front by itself.
  const key = (registryKeys(productName)[0] ?? '').replace(/^HKEY_[A-Z_]+\\/, '')
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    root('policyDefinitions'),
    ...indent(
      [
        '<policyNamespaces>',
        `  <target prefix="${productName.replaceAll(' ', '').toLowerCase()}" namespace="Hestami.Policies.${productName.replaceAll(' ', '')}" />`,
        '</policyNamespaces>',
        '<resources minRequiredRevision="1.0" />',
        '<supportedOn>',
        '  <definitions>',
        '    <definition name="Supported" displayName="$(string.Supported)" />',
        '  </definitions>',
        '</supportedOn>',
        '<categories>',
        '  <category name="Product" displayName="$(string.Product)" />',
        ...Object.keys(registryParts).flatMap((part) => [
          `  <category name="${part}" displayName="$(string.${part})" explainText="$(string.${part}_about)">`,
          '    <parentCategory ref="Product" />',
          '  </category>',
        ]),
        '</categories>',
        '<policies>',
        ...indent(
          rows(settings).flatMap((row) => policy(row, key)),
          1,
        ),
        '</policies>',
      ],
      1,
    ),
    '</policyDefinitions>',
    '',
  ].join('\n')
}

function hint(form: SettingForm): string {
  switch (form.kind) {
    case 'switch':
      return 'Enabled: on. Disabled: off.'
    case 'number':
      return `From ${form.min} to ${form.max}, with a point before fractions.`
    case 'list':
      return `One on each line, at most ${form.most}.`
    case 'choice':
    case 'text':
      return ''
  }
}

function presentation({ setting, id }: Row): string[] {
  const { name, title, form } = setting
  if (form.kind === 'switch') return []
  const label = xmlText(title)
  const text = [`<textBox refId="${name}">`, `  <label>${label}</label>`]
  const inside = {
    choice: [`<dropdownList refId="${name}" noSort="true" defaultItem="0">${label}</dropdownList>`],
    list: [`<multiTextBox refId="${name}">${label}</multiTextBox>`],
    number: [...text, `  <defaultValue>${String(setting.example)}</defaultValue>`, '</textBox>'],
    text: [...text, '</textBox>'],
  }[form.kind]
  return [`<presentation id="${id}">`, ...indent(inside, 1), '</presentation>']
}

/** The English words to `admx`. */
export function adml(settings: readonly PolicySetting[], productName: string): string {
  const string = (id: string, text: string): string => `<string id="${id}">${xmlText(text.trim())}</string>`
  const about = { Enforced: 'Users cannot change this.', Recommended: 'Users can change this.' }
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    root('policyDefinitionResources'),
    ...indent(
      [
        `<displayName>${xmlText(productName)}</displayName>`,
        `<description>Policies of ${xmlText(productName)}</description>`,
        '<resources>',
        '  <stringTable>',
        ...indent(
          [
            string('Supported', `${productName} on Windows 10 or later`),
            string('Product', productName),
            string('Enforced', 'Enforced'),
            string('Enforced_about', 'What users cannot change.'),
            string('Recommended', 'Defaults (users can change them)'),
            string('Recommended_about', 'What applies until users choose something else.'),
            ...settings.map(({ name, title }) => string(name, title)),
            ...settings.flatMap(({ name, form }) =>
              form.kind === 'choice' ? form.values.map((value) => string(choiceId(name, value), value)) : [],
            ),
            ...rows(settings).map(({ setting, part, id }) =>
              string(`${id}_about`, `${setting.about} ${hint(setting.form)} ${about[part]}`.replace(/ +/g, ' ')),
            ),
          ],
          2,
        ),
        '  </stringTable>',
        '  <presentationTable>',
        ...indent(rows(settings).flatMap(presentation), 2),
        '  </presentationTable>',
        '</resources>',
      ],
      1,
    ),
    '</policyDefinitionResources>',
    '',
  ].join('\n')
}
