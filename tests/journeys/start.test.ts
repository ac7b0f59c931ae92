import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { createDouble } from '../../dev/librechat-double/double.ts'
import { launchBrowser } from './harness/browser.ts'
import { createPerson } from './harness/person.ts'

const entry = join(import.meta.dirname, '../../dev/start/main.ts')
let data = ''
let browser: Browser
const running = new Set<ChildProcess>()

interface Started {
  readonly lines: string[]
  /** What was printed as `name: value`. */
  readonly printed: (name: string) => string | undefined
  stop(): Promise<number | null>
}

/** Resolves when `ready` is printed; rejects with what was printed when it ends before. */
async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const child = spawn(process.execPath, [entry, '--data', data, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let text = ''
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString()
      if (/^ready$/m.test(text)) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    void exited.then(() => reject(new Error(text)))
  })
  const lines = text.trim().split('\n')
  return {
    lines,
    printed: (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2),
    async stop() {
      child.kill('SIGTERM')
      const code = await exited
      running.delete(child)
      return code
    },
  }
}

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'hestami-start-'))
  browser = await launchBrowser()
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})
afterAll(async () => {
  await browser.close()
  rmSync(data, { recursive: true, force: true })
})

test('prints what a script needs, serves the app, and a second start finds the same account and chats', async () => {
  const first = await start(['--browser', '--no-open', '--port', '0'])
  expect(first.lines.map((line) => line.split(':')[0])).toEqual(['url', 'email', 'password', 'ready'])
  const email = first.printed('email')!
  const password = first.printed('password')!
  const page = await browser.newPage()
  await page.goto(first.printed('url')!)
  const me = createPerson(page)
  await me.signIn(email, password)
  await me.send('Kept on the server')
  await me.answers.last().getByText('Kept on the server').waitFor()
  await me.sendButton.waitFor()
  await page.close()
  expect(await first.stop()).toBe(0)

  const second = await start(['--browser', '--no-open', '--port', '0', '--librechat-style', 'v0.8.0'])
  expect([second.printed('email'), second.printed('password')]).toEqual([email, password])
  const again = await browser.newPage()
  await again.goto(second.printed('url')!)
  const back = createPerson(again)
  await back.signIn(email, password)
  await back.conversations.getByRole('button', { name: 'Kept on the server', exact: true }).click()
  await back.answers.last().getByText('Kept on the server').waitFor()
  await again.close()
  expect(await second.stop()).toBe(0)
})

test('runs against given servers, and starts none of its own', async () => {
  const double = await createDouble({ style: 'resumable' })
  const started = await start(['--browser', '--no-open'], {
    HESTAMI_PLATFORM_URL: 'http://127.0.0.1:1',
    HESTAMI_LIBRECHAT_URL: double.origin,
  })
  expect(started.lines.map((line) => line.split(':')[0])).toEqual(['url', 'ready'])
  await started.stop()
  await double.close()
})

test('says in one line why it does not use Electron', async () => {
  const started = await start(['--no-open', '--port', '0'], { DISPLAY: '', WAYLAND_DISPLAY: '' })
  expect(started.lines[0]).toMatch(/^Electron is not used: .+\. The app runs in the browser\.$/)
  await started.stop()
})

test('a taken port and a wrong flag are told in a sentence', async () => {
  const started = await start(['--browser', '--no-open', '--port', '0'])
  const { port } = new URL(started.printed('url')!)
  await expect(
    start(['--browser', '--no-open', '--port', port], {
      HESTAMI_PLATFORM_URL: 'http://127.0.0.1:1',
      HESTAMI_LIBRECHAT_URL: 'http://127.0.0.1:1',
    }),
  ).rejects.toThrow('The port is taken')
  await expect(start(['--prot', '1'])).rejects.toThrow('npm start -- [--browser]')
  await started.stop()
})

test('nothing stays behind when whoever started it is killed', async () => {
  const command = `"${process.execPath}" "${entry}" --data "${data}" --browser --no-open --port 0; :`
  const shell = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] })
  running.add(shell)
  let text = ''
  for await (const chunk of shell.stdout) {
    text += String(chunk)
    if (/^ready$/m.test(text)) break
  }
  const { origin } = new URL(/^url: (.*)$/m.exec(text)![1]!)
  shell.kill('SIGKILL')
  const answers = async (): Promise<boolean> =>
    await fetch(origin).then(
      () => true,
      () => false,
    )
  await expect.poll(answers, { timeout: 10_000 }).toBe(false)
})
