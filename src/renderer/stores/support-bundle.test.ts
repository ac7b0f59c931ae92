import { expect, test } from 'vitest'
import type { SupportBundle } from '../../contract/support.ts'
import { bundleText, createSupportBundleStore, isIn } from './support-bundle.ts'
import type { SupportBundleStore } from './support-bundle.ts'

const lines = [
  '{"section":"header","format":1}',
  '{"section":"settings","name":"theme"}',
  '{"section":"settings","name":"zoom"}',
  '{"section":"log","event":"app.started"}',
  '{"section":"end","lines":4,"tooOld":7,"unreadable":0,"removed":0}',
]

async function open(made: SupportBundle = { fileName: 'x.jsonl', lines }): Promise<SupportBundleStore> {
  const bundle = async (): Promise<{ ok: true; value: SupportBundle }> =>
    await Promise.resolve({ ok: true, value: made })
  const store = createSupportBundleStore({ support: { bundle } })
  await store.load()
  return store
}
const text = (store: SupportBundleStore): string[] => bundleText(store.store.getState()).split('\n')

test('untouched, the file is the bundle, line for line', async () => {
  expect(text(await open())).toEqual([...lines, ''])
})

test('sections and lines that are taken out are missing, and how many is in the last line', async () => {
  const store = await open()
  const { rows } = store.store.getState()
  store.toggleSection('settings')
  store.toggleRow(rows[3]!)
  expect(text(store)).toEqual([lines[0], '{"section":"end","lines":1,"tooOld":7,"unreadable":0,"removed":3}', ''])
  store.toggleSection('settings')
  store.toggleRow(rows[3]!)
  expect(text(store)).toEqual([...lines, ''])
})

test('one line of a section that is out comes back alone', async () => {
  const store = await open()
  const { rows } = store.store.getState()
  store.toggleSection('settings')
  store.toggleRow(rows[2]!)
  const view = store.store.getState()
  expect(rows.filter((row) => isIn(view, row)).map(({ index }) => index)).toEqual([0, 2, 3])
})

test('a bundle that cannot be made says why, and can be asked for again', async () => {
  let fails = true
  const store = createSupportBundleStore({
    support: {
      bundle: async () =>
        await Promise.resolve(
          fails
            ? { ok: false, error: { code: 'internal', id: '1a2b3c4d' } }
            : { ok: true, value: { fileName: 'x.jsonl', lines } },
        ),
    },
  })
  await store.load()
  expect(store.store.getState()).toMatchObject({ loading: false, error: { code: 'internal' }, fileName: '' })
  fails = false
  await store.load()
  expect(store.store.getState()).toMatchObject({ loading: false, error: null, fileName: 'x.jsonl' })
})
