import { parseArgs } from 'node:util'
import { createDouble } from './double.ts'

/**
 * Runs a double until it is told to end:
 * `node dev/librechat-double/main.ts [--port N] [--style resumable|post-stream] [--state FILE]`
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    style: { type: 'string', default: 'resumable' },
    state: { type: 'string' },
  },
})

const { style } = values
if (style !== 'resumable' && style !== 'post-stream') throw new Error('--style is resumable or post-stream')
const port = Number(values.port)
if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port is a number from 0 to 65535')

const double = await createDouble({ port, style, ...(values.state === undefined ? {} : { stateFile: values.state }) })
process.stdout.write(`url: ${double.origin}\n`)

const end = (): void => {
  double.close().catch((thrown: unknown) => {
    process.stderr.write(`${String(thrown)}\n`)
    process.exitCode = 1
  })
}
process.once('SIGINT', end)
process.once('SIGTERM', end)
