import type { DBOSClient, WorkflowStatus } from '@dbos-inc/dbos-sdk'
import type { Accounts } from './accounts.ts'
import { provisionId, provisionWorkflow, queueName, rotateId, rotateWorkflow, workflowVersion } from './names.ts'

/** What is asked of the engine, whichever process it runs in. */
export interface ProvisioningRequests {
  /**
   * Marks the users as asked for and has the engine give each a LibreChat account; a run that waits or is under way is
   * joined. Throws when the database cannot be reached; who was marked is begun later all the same (upkeep.ts).
   */
  provision(userIds: readonly string[]): Promise<void>
  /** Has the engine give each a new LibreChat password (rotation.ts). */
  rotate(userIds: readonly string[]): Promise<void>
  /** Begins the workflows of users that are marked already, a rotation where one is under way. */
  begin(userIds: readonly string[]): Promise<void>
}

const active: readonly string[] = ['PENDING', 'ENQUEUED', 'DELAYED']
const atOnce = 100

export function createRequests(parts: {
  client: DBOSClient
  accounts: Accounts
  /** False: the engine is not there yet, and begins who is marked when it is. */
  ready: () => boolean
}): ProvisioningRequests {
  const { client, accounts, ready } = parts
  const rewind = async (workflowID: string): Promise<void> => {
    try {
      await client.rewindWorkflow(workflowID, { startStep: 0, applicationVersion: workflowVersion, queueName })
    } catch (error) {
      // Somebody else began it in the meantime.
      const status = await client.getWorkflow(workflowID)
      if (!status || !active.includes(status.status)) throw error
    }
  }
  const start = async (workflowName: string, idOf: (userId: string) => string, users: string[]): Promise<void> => {
    if (users.length === 0 || !ready()) return
    const found = await client.listWorkflows({ workflowIDs: users.map(idOf), loadInput: false, loadOutput: false })
    const known = new Map<string, WorkflowStatus>(found.map((status) => [status.workflowID, status]))
    const begin = async (userId: string): Promise<void> => {
      const workflowID = idOf(userId)
      const status = known.get(workflowID)?.status
      if (status !== undefined) return active.includes(status) ? undefined : rewind(workflowID)
      await client.enqueue({ queueName, workflowName, workflowID, appVersion: workflowVersion }, userId)
    }
    await Promise.all(users.map(begin))
  }
  const inParts = async (userIds: readonly string[], work: (part: string[]) => Promise<void>): Promise<void> => {
    for (let at = 0; at < userIds.length; at += atOnce) await work(userIds.slice(at, at + atOnce))
  }

  return {
    provision: (userIds) =>
      inParts(userIds, async (part) => {
        await accounts.request(part)
        await start(provisionWorkflow, provisionId, part)
      }),
    rotate: (userIds) =>
      inParts(userIds, async (part) => {
        await accounts.request(part)
        await start(rotateWorkflow, rotateId, part)
      }),
    begin: (userIds) =>
      inParts(userIds, async (part) => {
        const records = await accounts.findMany(part)
        const [rotating, others] = [
          records.filter(({ nextPasswordEncrypted }) => nextPasswordEncrypted !== null),
          records.filter(({ nextPasswordEncrypted }) => nextPasswordEncrypted === null),
        ].map((some) => some.map(({ userId }) => userId)) as [string[], string[]]
        await start(rotateWorkflow, rotateId, rotating)
        await start(provisionWorkflow, provisionId, others)
      }),
  }
}
