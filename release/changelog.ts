/**
 * The section of a version in a CHANGELOG in Keep-a-Changelog form, as Markdown without its heading; null when there is none or it is
 * empty. A pre-release without a section of its own has what is unreleased.
 */
export function notesOf(changelog: string, version: string): string | null {
  const sections = new Map<string, string>()
  for (const part of changelog.split(/^## /m).slice(1)) {
    const name = /^\[(.+?)\]/.exec(part)?.[1]
    if (name !== undefined) sections.set(name, part.slice(part.indexOf('\n') + 1).trim())
  }
  const own = sections.get(version) ?? (version.includes('-') ? sections.get('Unreleased') : undefined)
  return own === undefined || own === '' ? null : own
}
