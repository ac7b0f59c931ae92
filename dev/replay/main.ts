import { startReplayServers } from './servers.ts'

/** The servers of a replay as a process of its own: gets a plan, tells where they are, and ends with whoever started it. */

/** Electron's utility process has a parent port; a forked Node process has `process.send`. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}
const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort
const reply = (message: unknown): void => {
  if (parentPort) parentPort.postMessage(message)
  else process.send?.(message)
}

async function serve(plan: unknown): Promise<void> {
  try {
    const { platformOrigin, librechatOrigin } = await startReplayServers(
      plan as Parameters<typeof startReplayServers>[0],
    )
    reply({ platformOrigin, librechatOrigin })
  } catch {
    reply(null)
  }
}

if (parentPort) parentPort.on('message', ({ data }) => void serve(data))
else process.on('message', (message) => void serve(message))
process.on('disconnect', () => process.exit(0))
