import { join } from 'node:path'
import { parseArgs } from 'node:util'

export interface Flags {
  /** Use the browser host even where Electron could run. */
  readonly browser: boolean
  /** Open a window by itself. */
  readonly open: boolean
  /** Of the browser host; 0: any free one. */
  readonly port: number
  readonly style: 'post-stream' | 'resumable'
  /** Everything that is kept between starts. */
  readonly data: string
  /** A support bundle to replay, instead of the local stack. */
  readonly replay: string | null
  /** Print the usage and end. */
  readonly help: boolean
}

export const usage = `npm start -- [--browser] [--no-open] [--port N] [--librechat-style v0.8.0|resumable] [--data DIR] [--replay FILE]`

/** Throws an Error with a sentence for the terminal. */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      browser: { type: 'boolean', default: false },
      'no-open': { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      'librechat-style': { type: 'string', default: 'resumable' },
      data: { type: 'string', default: join(import.meta.dirname, '../../.local') },
      replay: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port takes a number from 0 to 65535')
  const style = values['librechat-style']
  if (style !== 'v0.8.0' && style !== 'resumable') throw new Error('--librechat-style takes v0.8.0 or resumable')
  return {
    browser: values.browser,
    open: !values['no-open'],
    port,
    style: style === 'v0.8.0' ? 'post-stream' : 'resumable',
    data: values.data,
    replay: values.replay ?? null,
    help: values.help,
  }
}
