/** One user of a dump: the values of its columns, unread, or what is wrong with the place where it should stand. */
export type DumpEntry = { readonly place: string } & (
  { readonly columns: Readonly<Record<string, unknown>> } | { readonly problem: string }
)

/** A file that is no dump, or breaks off. Told to people: its message is a sentence without values. */
export class DumpError extends Error {
  override readonly name = 'DumpError'
}
