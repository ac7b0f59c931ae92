import { createHash } from 'node:crypto'
import type { Flavour } from '../src/main/flavour.ts'
import type { PolicySetting } from './setting-forms.ts'
import { indent, xmlComment, xmlText } from './xml.ts'

/** The same for the same name at every run; whoever makes a profile of their own gives it an id of its own. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex').toUpperCase()
  // Version 8 of RFC 9562: bits of one's own making.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function value(found: PolicySetting['example']): string[] {
  if (typeof found === 'boolean') return [found ? '<true/>' : '<false/>']
  if (typeof found === 'number')
    return [Number.isInteger(found) ? `<integer>${found}</integer>` : `<real>${found}</real>`]
  if (typeof found === 'string') return [`<string>${xmlText(found)}</string>`]
  if (found.length === 0) return ['<array/>']
  return ['<array>', ...indent(found.flatMap(value), 1), '</array>']
}

const string = (key: string, text: string): string[] => [`<key>${key}</key>`, `<string>${xmlText(text)}</string>`]

const entries = (settings: readonly PolicySetting[]): string[] =>
  settings.flatMap(({ name, title, about, example }) => [
    `<!-- ${xmlComment(`${title}: ${about}`)} -->`,
    `<key>${name}</key>`,
    ...value(example),
  ])

/** A configuration profile whose payload is of the app's own domain: top-level keys are enforced, `Recommended` holds defaults. */
export function mobileconfig(settings: readonly PolicySetting[], { appId, productName }: Flavour): string {
  const identifier = `${appId}.policy`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    ...indent(
      [
        '<key>PayloadContent</key>',
        '<array>',
        '  <dict>',
        ...indent(
          [
            ...string('PayloadType', appId),
            ...string('PayloadIdentifier', `${identifier}.settings`),
            ...string('PayloadUUID', uuidOf(`${identifier}.settings`)),
            ...string('PayloadDisplayName', productName),
            '<key>PayloadVersion</key>',
            '<integer>1</integer>',
            '<!-- Enforced: keep only what you want to decide. -->',
            ...entries(settings.filter(({ recommendable }) => !recommendable)),
            '<!-- Defaults, which users can change. Move a key out of this dictionary to enforce it. -->',
            '<key>Recommended</key>',
            '<dict>',
            ...indent(entries(settings.filter(({ recommendable }) => recommendable)), 1),
            '</dict>',
          ],
          2,
        ),
        '  </dict>',
        '</array>',
        ...string('PayloadDisplayName', `${productName} policy`),
        ...string('PayloadIdentifier', identifier),
        ...string('PayloadOrganization', 'Replace with your organisation'),
        '<key>PayloadScope</key>',
        '<string>System</string>',
        ...string('PayloadType', 'Configuration'),
        ...string('PayloadUUID', uuidOf(identifier)),
        '<key>PayloadVersion</key>',
        '<integer>1</integer>',
      ],
      1,
    ),
    '</dict>',
    '</plist>',
    '',
  ].join('\n')
}
