import type { Context } from '../context.ts'
import type { Job } from './job.ts'
import { createJob } from './job.ts'
import type { Turn } from './turn.ts'

/** Milliseconds for which a failed job replays its error. Jobs that went well are gone at once. */
const failedLife = 5 * 60_000

export interface Jobs {
  /** Starts a generation; one that runs in the same conversation gives way. */
  start(turn: Turn, failFirst: string | null, clientRequestId: string | null): Job
  get(conversationId: string): Job | null
  /** The running job that this request id of the user has started. */
  of(userId: string, clientRequestId: string): Job | null
  /** Conversation ids of the user's running jobs. */
  active(userId: string): string[]
}

export function createJobs(context: Context): Jobs {
  const jobs = new Map<string, Job>()
  const requests = new Map<string, Job>()

  const forget = (job: Job): void => {
    if (jobs.get(job.turn.conversationId) === job) jobs.delete(job.turn.conversationId)
  }

  return {
    start(turn, failFirst, clientRequestId) {
      const before = jobs.get(turn.conversationId)
      if (before?.running() === true) before.replace()
      const request = clientRequestId === null ? null : `${turn.user.id} ${clientRequestId}`
      const job = createJob(context, turn, failFirst, (failed) => {
        if (request !== null) requests.delete(request)
        if (failed) setTimeout(() => forget(job), failedLife).unref()
        else forget(job)
      })
      jobs.set(turn.conversationId, job)
      if (request !== null) requests.set(request, job)
      return job
    },
    get: (conversationId) => jobs.get(conversationId) ?? null,
    of: (userId, clientRequestId) => requests.get(`${userId} ${clientRequestId}`) ?? null,
    active: (userId) =>
      [...jobs.values()]
        .filter((job) => job.turn.user.id === userId && job.running())
        .map((job) => job.turn.conversationId),
  }
}
