import { serve } from '../serve.ts'
import { readSettings } from '../settings.ts'
import type { Command } from './command.ts'

export const serveCommand: Command = {
  name: 'serve',
  summary: 'runs the platform',
  usage: `

Serves the API and provisions users until SIGINT or SIGTERM; the same as node platform/src/main.ts.`,
  options: {},
  database: false,
  async run() {
    await serve(readSettings(process.env))
    return 0
  },
}
