import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { flavours } from '../src/main/flavour.ts'
import { parsePolicy, partsOf } from '../src/main/policy/parse-policy.ts'
import { managedParts } from '../src/main/policy/read-policy.ts'
import { parseRegistry, registryKeys } from '../src/main/policy/registry.ts'
import { policyTemplates } from './generate.ts'
import { policySettings } from './setting-forms.ts'

const made = await policyTemplates()
const all = policySettings()
const python = (script: string, input: string): string =>
  execFileSync('python3', ['-c', script], { input, encoding: 'utf8' })
const values = (entries: object): object =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, (entry as { value: unknown }).value]))

test.each([...made.keys()])('%s is what the settings table says now (npm run policy-templates)', (name) => {
  expect(readFileSync(join(import.meta.dirname, name), 'utf8')).toBe(made.get(name))
})

test.each(['hestami-chat.admx', 'en-US/hestami-chat.adml', 'hestami-chat.mobileconfig'])(
  '%s is well-formed',
  (name) => {
    python('import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())', made.get(name)!)
  },
)

test('every setting that a policy may decide is in every template, with words', () => {
  expect(all.length).toBeGreaterThan(15)
  for (const { name, title, about } of all) {
    expect({ name, title: title !== '', about: about !== '' }).toEqual({ name, title: true, about: true })
    for (const [file, text] of made)
      expect({ file, name, there: text.includes(name) }).toEqual({ file, name, there: true })
  }
  for (const text of made.values()) expect(text).not.toContain('lastConversationId')
})

test('every text that the ADMX asks for is in the ADML', () => {
  const asked = [...made.get('hestami-chat.admx')!.matchAll(/\$\((string|presentation)\.(\w+)\)/g)]
  expect(asked.length).toBeGreaterThan(50)
  const texts = made.get('en-US/hestami-chat.adml')!
  for (const [, , id] of asked) expect(texts).toContain(`id="${id}"`)
})

describe('a policy made by the template reaches the settings', () => {
  const wanted = Object.fromEntries(all.map((setting) => [setting.name, setting.example]))

  test('JSON', () => {
    const parts = partsOf(JSON.parse(made.get('policy.example.json')!))
    const { policy, problems } = parsePolicy([{ from: 'file', ...parts }])
    expect(problems).toEqual([])
    expect({ ...values(policy.enforced), ...values(policy.defaults) }).toEqual(wanted)
  })

  test('managed preferences', () => {
    const script =
      'import sys, json, plistlib; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())["PayloadContent"][0]))'
    const { policy, problems } = parsePolicy([
      { from: 'plist', ...managedParts(python(script, made.get('hestami-chat.mobileconfig')!)) },
    ])
    // What belongs to the profile itself is no setting.
    expect(problems.map(({ name }) => name).filter((name) => !name.startsWith('Payload'))).toEqual([])
    expect({ ...values(policy.enforced), ...values(policy.defaults) }).toEqual(wanted)
  })

  test.each(['Enforced', 'Recommended'] as const)('the registry, %s, by the keys and names of the ADMX', (mode) => {
    const [key = ''] = registryKeys(flavours.production.productName)
    const admx = made.get('hestami-chat.admx')!
    const listed = mode === 'Enforced' ? all : all.filter(({ recommendable }) => recommendable)
    const lines = listed.map((setting) => {
      const { name, form, example: value } = setting
      expect(admx).toContain(`key="${key.replace('HKEY_LOCAL_MACHINE\\', '')}\\${mode}"`)
      expect(admx).toContain(`valueName="${name}"`)
      if (form.kind === 'switch') return `    ${name}    REG_DWORD    0x${value === true ? 1 : 0}`
      if (form.kind === 'list') return `    ${name}    REG_MULTI_SZ    ${(value as readonly string[]).join('\\0')}`
      return `    ${name}    REG_SZ    ${String(value)}`
    })
    const { policy, problems } = parsePolicy([parseRegistry([`${key}\\${mode}`, ...lines, ''].join('\r\n'), key)])
    expect(problems).toEqual([])
    const expected = Object.fromEntries(listed.map(({ name, example }) => [name, example]))
    expect(values(mode === 'Enforced' ? policy.enforced : policy.defaults)).toEqual(expected)
  })
})
