import { describe, expect, test } from 'vitest'
import { createVerifyCodeSignature } from './code-signature.ts'
import type { RunProgram } from './code-signature.ts'

const file = 'C:\\Users\\O’Neill\\AppData\\Local\\x y\\Hestami-Chat-1.1.0.exe'
const subject = 'CN=Hestami, O="Hestami, Inc.", C=US'
const found = (patch: object = {}): string => JSON.stringify({ Status: 0, Path: file, Subject: subject, ...patch })
const prints =
  (stdout: string, stderr = ''): RunProgram =>
  async () =>
    await Promise.resolve({ stdout, stderr })
const judge = async (run: RunProgram, publishers: readonly string[] = [subject]): Promise<string | null> =>
  await createVerifyCodeSignature({ env: { SystemRoot: 'C:\\Windows' }, run })(publishers, file)

describe('an installer is taken', () => {
  test.each([[[subject]], [['CN=Old Name', subject]], [['O="Hestami, Inc.", CN=Hestami']], [['Hestami']]])(
    'when its publisher is one of %j',
    async (publishers) => {
      expect(await judge(prints(found()), publishers)).toBeNull()
    },
  )

  test('and only the system’s own PowerShell is asked, which gets the path as data', async () => {
    const calls: Parameters<RunProgram>[] = []
    await judge(async (...call) => {
      calls.push(call)
      return await prints(found())(...call)
    })
    const [program, args, options] = calls[0] ?? []
    expect(program).toBe('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe')
    expect(args?.join(' ')).not.toContain('Neill')
    expect(options?.env['HESTAMI_UPDATE_FILE']).toBe(file)
    expect(options?.timeout).toBeGreaterThan(0)
  })
})

describe('an installer is refused', () => {
  const fails =
    (error: Error): RunProgram =>
    () => {
      throw error
    }

  test.each<[string, RunProgram, string]>([
    ['PowerShell is missing', fails(Object.assign(new Error('x'), { code: 'ENOENT' })), 'not-checked'],
    ['it fails', fails(Object.assign(new Error('x'), { code: 1 })), 'not-checked'],
    ['it takes too long', fails(Object.assign(new Error('x'), { killed: true, signal: 'SIGTERM' })), 'not-checked'],
    ['it complains', prints(found(), 'ConvertTo-Json : The term is not recognized'), 'not-checked'],
    ['it says nothing', prints(''), 'not-understood'],
    ['it says something else', prints('Restricted language mode'), 'not-understood'],
    ['it says null', prints('null'), 'not-understood'],
    ['there is no certificate', prints(found({ Subject: null })), 'not-understood'],
    ['the signature is not valid', prints(found({ Status: 3 })), 'not-valid'],
    ['the certificate is not trusted', prints(found({ Status: 1 })), 'not-valid'],
    ['it looked at another file', prints(found({ Path: 'C:\\other.exe' })), 'another-file'],
    ['somebody else signed it', prints(found({ Subject: 'CN=Evil, O=Evil, C=US' })), 'another-publisher'],
    [
      'somebody signed it who is called alike',
      prints(found({ Subject: 'CN=Hestami, O=Evil, C=US' })),
      'another-publisher',
    ],
    ['the name is only part of another', prints(found({ Subject: 'CN=Hestami Fans' })), 'another-publisher'],
  ])('when %s', async (_why, run, verdict) => {
    expect(await judge(run)).toBe(verdict)
  })

  test('when the build knows no publisher', async () => {
    expect(await judge(prints(found()), [])).toBe('no-publisher')
    expect(await judge(prints(found({ Subject: '' })), [''])).toBe('another-publisher')
  })

  test('where there is no PowerShell at all', async () => {
    expect(await createVerifyCodeSignature()([subject], file)).toBe('not-checked')
  })
})
