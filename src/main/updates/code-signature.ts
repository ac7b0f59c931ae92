import { execFile } from 'node:child_process'
import { join, win32 } from 'node:path'
import { parseDn } from 'builder-util-runtime'
import { z } from 'zod'
import type { VerifyCodeSignature } from './update-host.ts'

/** Milliseconds for PowerShell to start and to look: a first start on a busy computer takes many seconds. */
const patience = 60_000

/** Runs a program; rejects when it cannot be run, fails or takes too long. */
export type RunProgram = (
  file: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly timeout: number },
) => Promise<{ readonly stdout: string; readonly stderr: string }>

const runProgram: RunProgram = async (file, args, options) =>
  await new Promise((resolve, reject) => {
    execFile(file, args, { ...options, windowsHide: true, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr })
      else reject(error)
    })
  })

/** The path comes by the environment: no text of it is ever read as a command. */
const script = [
  '$ErrorActionPreference = "Stop"',
  '[Console]::OutputEncoding = [System.Text.Encoding]::UTF8',
  '$found = Get-AuthenticodeSignature -LiteralPath $env:HESTAMI_UPDATE_FILE',
  '@{ Status = [int]$found.Status; Path = $found.Path; Subject = $found.SignerCertificate.Subject } | ConvertTo-Json -Compress',
].join('; ')

const answer = z.object({ Status: z.number(), Path: z.string(), Subject: z.string() })

/** Whether the subject of a certificate is one of the publishers: every part of a full name, or just the common name. */
function isPublisher(subject: string, publishers: readonly string[]): boolean {
  const found = parseDn(subject)
  return publishers.some((name) => {
    const wanted = parseDn(name)
    if (wanted.size === 0) return name !== '' && found.get('CN') === name
    return [...wanted].every(([key, value]) => found.get(key) === value)
  })
}

/**
 * Windows: an installer must have a valid Authenticode signature of one of the publishers. Whatever keeps us from knowing
 * (PowerShell missing, failing, slow, silent or talking nonsense) means no; electron-updater's own check would say yes.
 */
export function createVerifyCodeSignature(
  options: { readonly env?: NodeJS.ProcessEnv; readonly run?: RunProgram } = {},
): VerifyCodeSignature {
  const { env = {}, run = runProgram } = options
  return async (publishers, path) => {
    if (publishers.length === 0) return 'no-publisher'
    const root = env['SystemRoot'] ?? 'C:\\Windows'
    const shell = win32.join(root, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe')
    let printed: { readonly stdout: string; readonly stderr: string }
    try {
      printed = await run(shell, ['-NoProfile', '-NonInteractive', '-InputFormat', 'None', '-Command', script], {
        // The module path of a newer PowerShell that started us keeps this one from finding its own modules.
        env: { ...env, PSModulePath: join(root, 'System32/WindowsPowerShell/v1.0/Modules'), HESTAMI_UPDATE_FILE: path },
        timeout: patience,
      })
    } catch {
      return 'not-checked'
    }
    if (printed.stderr.trim() !== '') return 'not-checked'
    let found: z.infer<typeof answer>
    try {
      found = answer.parse(JSON.parse(printed.stdout))
    } catch {
      return 'not-understood'
    }
    if (found.Status !== 0) return 'not-valid'
    if (win32.normalize(found.Path).toLowerCase() !== win32.normalize(path).toLowerCase()) return 'another-file'
    return isPublisher(found.Subject, publishers) ? null : 'another-publisher'
  }
}
