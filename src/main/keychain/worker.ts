import keytar from 'keytar'

/**
 * The only place that loads keytar, in a process of its own: a Secret Service that never answers blocks a native thread for
 * a minute, and killing this process is then the only way out. `findCredentials` is never used: it crashes on a locked keyring.
 */
interface Request {
  readonly id: number
  readonly op: 'get' | 'set' | 'delete'
  readonly service: string
  readonly account: string
  readonly value?: string
}

/** Electron's utility process has a parent port; a forked Node process has `process.send`. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

async function call(request: Request): Promise<unknown> {
  if (request.op === 'get') return await keytar.getPassword(request.service, request.account)
  if (request.op === 'set') return await keytar.setPassword(request.service, request.account, request.value ?? '')
  return await keytar.deletePassword(request.service, request.account)
}

const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort
const reply = (message: unknown): void => {
  if (parentPort) parentPort.postMessage(message)
  else process.send?.(message)
}

async function serve(request: Request): Promise<void> {
  try {
    reply({ id: request.id, value: (await call(request)) ?? null })
  } catch (thrown) {
    reply({ id: request.id, error: thrown instanceof Error ? thrown.message : 'keychain error' })
  }
}

if (parentPort) parentPort.on('message', (event) => void serve(event.data as Request))
else process.on('message', (message) => void serve(message as Request))
process.on('disconnect', () => process.exit(0))
