import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'

/** The one whose packages are Debian's, where another stands before it in PATH. */
const interpreter = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

/**
 * Runs a Python program, for what must fit with Python: `input` is its `data` (JSON both ways), what it prints as JSON is
 * the result. Rejects, saying what is needed, when Python or a package that it imports is missing.
 */
export async function python(program: string, input: unknown): Promise<unknown> {
  const child = spawn(interpreter, ['-c', `import json, sys\ndata = json.load(sys.stdin)\n${program}`])
  let [out, problems] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problems += text))
  child.stdin.end(JSON.stringify(input))
  const [code] = (await once(child, 'close')) as [number | null]
  const missing = /No module named '(\w+)'/.exec(problems)?.[1]
  if (missing !== undefined)
    throw new Error(`this test needs python3 with the package ${missing} (Debian: python3-${missing})`)
  if (code !== 0) throw new Error(`python3 failed (${code}): ${problems}`)
  return JSON.parse(out)
}
