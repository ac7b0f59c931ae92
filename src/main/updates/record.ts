import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { updateOutcome } from '../../contract/updates.ts'
import type { Log } from '../host.ts'
import { writeWhole } from '../system/write-whole.ts'
import { fileNamePattern, sha512Pattern } from './statement.ts'

const version = z.string().min(1).max(64)
const kept = z.object({ version, sha512: z.string().regex(sha512Pattern), size: z.int().positive() })
/** A file as it was signed. */
const signedFile = z.object({
  statement: kept.extend({
    file: z.string().regex(fileNamePattern),
    channel: z.enum(['stable', 'beta', 'debug']),
    platform: z.enum(['darwin', 'linux', 'win32']),
    arch: z.enum(['arm64', 'universal', 'x64']),
    notes: z.string().max(50_000),
  }),
  signatures: z.array(z.object({ key: z.string(), file: z.string(), signature: z.string() })).max(80),
})
export type SignedFile = z.infer<typeof signedFile>

/** What is known about updates from one start to the next. Every change is on disk before what it speaks of is done. */
const updateRecord = z.object({
  /** Random; decides when this installation has its turn in a staged roll-out, and is told nobody. */
  installId: z.string().regex(/^[0-9a-f]{32}$/),
  /** The highest version that ever ran here. */
  highest: version.nullable(),
  /** Handed to the system for installation; whether that worked shows at the next start. */
  pending: z.object({ from: version, to: version, notes: z.string().max(50_000) }).nullable(),
  /** The version that has to prove itself, and how often it was started for that. */
  trial: z.object({ version, from: version, starts: z.int().nonnegative() }).nullable(),
  /** AppImage: the file of the version before, until the new one has proved itself. */
  previous: kept.nullable(),
  /** NSIS: the installer (`cache/installer.exe`) of the version that proved itself last. */
  good: signedFile.nullable(),
  /** NSIS: what was handed to the system; becomes `good` when its version has proved itself. */
  installer: signedFile.nullable(),
  /** On the way back from a version that did not prove itself. */
  returning: z.object({ from: version, to: version, tries: z.int() }).nullable(),
  /** A version that the system was given and did not install, and how often. */
  notApplied: z.object({ version, times: z.int() }).nullable(),
  /** To be told once. */
  outcome: updateOutcome.nullable(),
})
export type UpdateRecord = z.infer<typeof updateRecord>

export interface RecordStore {
  get(): UpdateRecord
  /** Written through; false when the disk did not take it. */
  set(patch: Partial<UpdateRecord>): boolean
}

export const newRecord = (): UpdateRecord => ({
  installId: randomBytes(16).toString('hex'),
  highest: null,
  pending: null,
  trial: null,
  previous: null,
  good: null,
  installer: null,
  returning: null,
  notApplied: null,
  outcome: null,
})

/** The updates folder below the app's data folder. */
export const updatesFolder = (data: string): string => join(data, 'updates')

/** Opens `record.json`. A damaged one is begun anew, entry by entry where that is possible: it must never keep the app from starting. */
export function openRecord(folder: string, log: Log): RecordStore {
  const path = join(folder, 'record.json')
  let current = newRecord()
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    for (const [name, value] of Object.entries(found)) {
      const candidate = updateRecord.safeParse({ ...current, [name]: value })
      if (candidate.success) current = candidate.data
      else
        log({ level: 'warn', event: 'updates.record-damaged', fields: { entry: name in current ? name : 'unknown' } })
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') log({ level: 'warn', event: 'updates.record-damaged' })
  }
  return {
    get: () => current,
    set(patch) {
      current = { ...current, ...patch }
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        // What a killed process left of an earlier write.
        for (const name of readdirSync(folder)) if (/^record\.json\..+\.tmp$/.test(name)) rmSync(join(folder, name))
        writeWhole(path, Buffer.from(JSON.stringify(current, null, 1)))
        return true
      } catch (thrown) {
        const code = String((thrown as NodeJS.ErrnoException).code)
        log({ level: 'error', event: 'updates.record-not-saved', fields: { code } })
        return false
      }
    },
  }
}
