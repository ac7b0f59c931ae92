import type { AppCommand } from '../../contract/app.ts'
import type { Api } from '../lib/api.ts'

/** Tells main that the window is there, and does what was and is asked of it. Returns its end. */
export function followCommands(api: Api, obey: (command: AppCommand) => void): () => void {
  const stop = api.on['app.command'](obey)
  void api.app.ready().then((waiting) => {
    if (waiting.ok) for (const command of waiting.value) obey(command)
  })
  return stop
}
