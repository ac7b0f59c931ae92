import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import { embeddedUrl, startEmbeddedPostgres } from '../postgres.ts'
import { secretFile } from '../secret-file.ts'
import type { DatabaseSettings } from '../settings.ts'

export interface OpenDatabase {
  readonly url: string
  readonly jwtSecret: string
  /** Ends a server that was started for this; one that ran before is left alone. */
  stop(): Promise<void>
}

/** The database of the settings: given by its URL, or the embedded one. */
export async function openDatabase(settings: DatabaseSettings): Promise<OpenDatabase> {
  if (settings.kind === 'url') return { ...settings, stop: async () => undefined }
  const { url, stop } = await startEmbeddedPostgres(settings.folder)
  const jwtSecret = settings.jwtSecret ?? (await secretFile(join(settings.folder, 'jwt-secret')))
  return { url, stop, jwtSecret }
}

/** The same, for a command beside a platform that may be running: its embedded server is joined. */
export async function joinDatabase(settings: DatabaseSettings): Promise<OpenDatabase> {
  if (settings.kind === 'url') return openDatabase(settings)
  const url = await runningServer(settings.folder)
  if (url === null) return openDatabase(settings)
  const jwtSecret = settings.jwtSecret ?? (await secretFile(join(settings.folder, 'jwt-secret')))
  return { url, jwtSecret, stop: async () => undefined }
}

/** The address of the embedded server that runs on this folder; null: none answers. */
async function runningServer(folder: string): Promise<string | null> {
  const home = resolve(folder)
  const [pidFile, password] = await Promise.all(
    ['data/postmaster.pid', 'password'].map((name) => readFile(join(home, name), 'utf8').catch(() => '')),
  )
  // The fourth line is the port (PostgreSQL's miscinit.h, LOCK_FILE_LINE_PORT).
  const port = Number(pidFile?.split('\n')[3])
  if (!Number.isInteger(port) || port <= 0 || !password) return null
  const url = embeddedUrl(port, password.trim())
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
    return url
  } catch {
    return null
  } finally {
    await client.end().catch(() => undefined)
  }
}
