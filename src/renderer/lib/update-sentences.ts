import type { UpdateOutcome, UpdateProblem, UpdateStatus } from '../../contract/updates.ts'
import { formatBytes, formatClock } from './format.ts'

/** Why the app does not update itself, and what does instead. */
export const offSentences: Readonly<Record<Extract<UpdateStatus, { phase: 'off' }>['reason'], string>> = {
  development: 'This is a development build. It does not update itself.',
  administrator: 'Your administrator has turned updates off and takes care of them.',
  'package-manager': 'This installation is updated together with your system, by its package manager.',
  'not-supported':
    'This installation cannot update itself from where it is. Install the app with its installer to get updates.',
}

/** What happened, and what to do about it. */
export const problemSentences: Readonly<Record<UpdateProblem, string>> = {
  unreachable: 'The update server could not be reached. Check your internet connection, then check again.',
  refused:
    'What the update server offered could not be trusted, so it was not used. Your version keeps working. If this stays so, tell your support.',
  damaged: 'The download was damaged, so it was thrown away. Download it again.',
  'disk-full': 'There is not enough space on the disk for the update. Free some space, then download it again.',
  'not-installed':
    'The update could not be installed. Your version keeps working. Try again, or install the new version by hand.',
  halted:
    'Updates are paused at the moment: a problem with the newest version is being looked into. Check again later.',
}

/** The state of updates in one line, for a status region: it does not change while a download goes on. */
export function statusSentence(status: UpdateStatus): string {
  switch (status.phase) {
    case 'off':
      return offSentences[status.reason]
    case 'idle':
      return status.checkedAt === null
        ? 'Not checked yet.'
        : `No update is waiting. Last checked: ${formatClock(status.checkedAt)}.`
    case 'checking':
      return 'Checking for updates…'
    case 'available':
      return `Version ${status.update.version} is available (${formatBytes(status.update.size)}).`
    case 'downloading':
      return `Downloading version ${status.update.version}…`
    case 'ready':
      return `Version ${status.update.version} is ready. It is installed when the app restarts.`
    case 'failed':
      return problemSentences[status.problem]
  }
}

/** How far a download is: `12 MB of 80 MB, 2.1 MB/s`. */
export function progressText(status: Extract<UpdateStatus, { phase: 'downloading' }>): string {
  const { receivedBytes, totalBytes, bytesPerSecond } = status
  const rate = bytesPerSecond > 0 ? `, ${formatBytes(bytesPerSecond)}/s` : ''
  return `${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}${rate}`
}

/** What became of the last update. */
export function outcomeSentence(outcome: UpdateOutcome): string {
  switch (outcome.kind) {
    case 'updated':
      return `Updated to version ${outcome.to}.`
    case 'rolled-back':
      return `Version ${outcome.from} did not start properly, so the app went back to version ${outcome.to}. Nothing of yours is lost.`
    case 'not-applied':
      return `The update to version ${outcome.version} was not installed. Your version keeps working; the app will try again.`
    case 'unhealthy':
      return outcome.url === null
        ? `Version ${outcome.version} does not start properly. Ask whoever installs your programs for another version.`
        : `Version ${outcome.version} does not start properly. Install the newest version again from the download page.`
  }
}

/** What a restart would stop. */
export const stopsSentence = (answers: number): string =>
  answers === 1 ? 'Restarting stops 1 answer' : `Restarting stops ${answers} answers`
