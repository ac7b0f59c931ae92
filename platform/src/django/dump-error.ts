/** A file that is no dump, or ends in the middle. Told to people: its message is a sentence without values. */
export class DumpError extends Error {
  override readonly name = 'DumpError'
}
