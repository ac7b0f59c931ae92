import { createStore } from 'zustand/vanilla'
import type { BundleLineOf, BundleSection } from '../../contract/bundle-lines.ts'
import type { AppError } from '../../contract/errors.ts'
import type { Api } from '../lib/api.ts'

export interface BundleRow {
  /** Its place in the bundle as it was made. */
  readonly index: number
  readonly section: BundleSection
  readonly text: string
}

export interface SupportBundleView {
  readonly loading: boolean
  readonly error: AppError | null
  readonly fileName: string
  /** Every line but the last, which tells how many there are. */
  readonly rows: readonly BundleRow[]
  readonly end: BundleLineOf<'end'> | null
  /** Sections and single lines that the user leaves out. */
  readonly sectionsOut: ReadonlySet<BundleSection>
  readonly rowsOut: ReadonlySet<number>
}

/** Wherever in the line it stands: the order of its fields is nobody's promise. */
const sectionOf = (line: string): BundleSection =>
  (/[{,]"section":"([a-z]+)"[,}]/.exec(line)?.[1] ?? 'log') as BundleSection

const toggled = <T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> => {
  const next = new Set(set)
  if (!next.delete(item)) next.add(item)
  return next
}

export const isIn = ({ sectionsOut, rowsOut }: SupportBundleView, row: BundleRow): boolean =>
  !sectionsOut.has(row.section) && !rowsOut.has(row.index)

/** The last line: how much there is, and how much of it the user took out. */
export function endLine(view: SupportBundleView): string {
  const left = view.rows.filter((row) => isIn(view, row)).length
  return JSON.stringify({ ...view.end, lines: left, removed: view.rows.length - left })
}

/** The file, exactly as it is shown. */
export const bundleText = (view: SupportBundleView): string =>
  [...view.rows.filter((row) => isIn(view, row)).map(({ text }) => text), endLine(view), ''].join('\n')

export type SupportBundleStore = ReturnType<typeof createSupportBundleStore>

/** A bundle as it was when it was asked for, and what the user leaves out of it. */
export function createSupportBundleStore(api: Pick<Api, 'support'>) {
  const store = createStore<SupportBundleView>(() => ({
    loading: false,
    error: null,
    fileName: '',
    rows: [],
    end: null,
    sectionsOut: new Set(),
    rowsOut: new Set(),
  }))
  return {
    store,
    async load() {
      if (store.getState().loading) return
      store.setState({ loading: true, error: null })
      const made = await api.support.bundle()
      if (!made.ok) return store.setState({ loading: false, error: made.error })
      const { fileName, lines } = made.value
      store.setState({
        loading: false,
        fileName,
        rows: lines.slice(0, -1).map((text, index) => ({ index, section: sectionOf(text), text })),
        end: JSON.parse(lines.at(-1) ?? '{}') as BundleLineOf<'end'>,
        rowsOut: new Set(),
      })
    },
    toggleSection: (section: BundleSection) =>
      store.setState(({ sectionsOut }) => ({ sectionsOut: toggled(sectionsOut, section) })),
    /** A line of a section that is out comes back with nothing but itself. */
    toggleRow(row: BundleRow) {
      const { sectionsOut, rowsOut, rows } = store.getState()
      if (!sectionsOut.has(row.section)) return store.setState({ rowsOut: toggled(rowsOut, row.index) })
      const others = rows.filter(({ section, index }) => section === row.section && index !== row.index)
      const out = new Set([...rowsOut, ...others.map(({ index }) => index)])
      out.delete(row.index)
      store.setState({ sectionsOut: toggled(sectionsOut, row.section), rowsOut: out })
    },
  }
}
