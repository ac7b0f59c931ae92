import type { AppCommand, AppInfo } from '../../src/contract/app.ts'
import type { UpdateInfo, UpdateOutcome, UpdateStatus } from '../../src/contract/updates.ts'

const notes = `## New

- Ask for a quick answer from anywhere: the **quick window** has a shortcut of your choice.
- Print a conversation, or save it as PDF.

## Mended

- A picture that was attached twice is sent once.
- Long tables no longer push the message box out of the window.

See [all changes](https://example.com/changes).`

export const update: UpdateInfo = {
  version: '1.5.0',
  size: 98_566_144,
  releasedAt: Date.UTC(2026, 10, 20),
  notes,
}
export const longUpdate: UpdateInfo = {
  ...update,
  version: '1.5.0-beta.12',
  notes: `${notes}\n\n${Array.from({ length: 12 }, (_, n) => `## Part ${n + 1}\n\n${'Every word of this note is one more that somebody has to read before the end comes. '.repeat(4)}\n\n\`\`\`\n${'a-long-line-of-code '.repeat(12)}\n\`\`\``).join('\n\n')}\n\n${'x'.repeat(300)}`,
}

/** What the window asks main for: an update as it is now, and a panel that is opened at once. */
export const updating = (status: UpdateStatus, command?: AppCommand['name'], outcome: UpdateOutcome | null = null) => ({
  'updates.get': { status, outcome },
  'updates.restart': { kind: 'busy', answers: 2 },
  ...(command === undefined ? {} : { 'app.ready': [{ name: command }] }),
})

export const beta: AppInfo = {
  name: 'Hestami Chat Beta',
  version: '1.5.0-beta.12',
  flavour: 'beta',
  updateChannel: 'beta',
  build: '3f2a1c9 (2026-11-20)',
  host: 'electron',
  platform: 'darwin',
  replayOf: null,
  details:
    'Hestami Chat Beta 1.5.0-beta.12\nChannel: beta\nBuild: 3f2a1c9 (2026-11-20)\nSystem: darwin 25.1.0 arm64\nElectron 45.4.1, Chromium 152.0.7977.25, Node.js 24.12.0',
}
export const debug: AppInfo = {
  ...beta,
  name: 'Hestami Chat Debug',
  flavour: 'debug',
  updateChannel: 'debug',
  platform: 'linux',
}
