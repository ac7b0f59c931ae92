import { expect, test } from 'vitest'
import { notesOf } from './changelog.ts'

const changelog = `# Changelog

## [Unreleased]

### Added

- Next.

## [1.2.0] – 2026-11-20

### Fixed

- A bug.

## [1.1.0] – 2026-10-01

## [1.0.0] – 2026-09-01

- First.
`

test('the section of a version, without its heading', () => {
  expect(notesOf(changelog, '1.2.0')).toBe('### Fixed\n\n- A bug.')
  expect(notesOf(changelog, '1.0.0')).toBe('- First.')
})
test('a pre-release has what is unreleased', () =>
  expect(notesOf(changelog, '1.3.0-beta.1')).toBe('### Added\n\n- Next.'))
test.each(['1.3.0', '1.1.0', '1.2'])('nothing for %s: a release without notes is stopped by it', (version) => {
  expect(notesOf(changelog, version)).toBeNull()
})
