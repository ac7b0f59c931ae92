import { errorSentence } from './log.ts'
import { serve } from './serve.ts'
import { readSettings } from './settings.ts'

try {
  await serve(readSettings(process.env))
  process.exit(0)
} catch (error) {
  process.stderr.write(`${errorSentence(error)}\n`)
  process.exit(1)
}
