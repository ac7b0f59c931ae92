import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './faults.ts'

/** Half-open. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** The ranges that a Range header asks for; null for the whole file, empty for what cannot be had. */
export function rangesOf(header: string | undefined, size: number): Range[] | null {
  const listed = /^bytes=(.+)$/i.exec(header ?? '')?.[1]
  if (listed === undefined) return null
  const ranges = listed.split(',').map((part): Range => {
    const [, first = '', last = ''] = /^\s*(\d*)-(\d*)\s*$/.exec(part) ?? []
    if (first === '') return { start: Math.max(0, size - Number(last)), end: last === '' ? 0 : size }
    return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) }
  })
  return ranges.some(({ start, end }) => start >= end) ? [] : ranges
}

/** A body of several ranges (RFC 9110 §14.6). */
export function multipart(bytes: Buffer, ranges: readonly Range[], boundary: string): Buffer {
  const parts = ranges.flatMap(({ start, end }) => [
    Buffer.from(
      `\r\n--${boundary}\r\ncontent-type: application/octet-stream\r\n` +
        `content-range: bytes ${start}-${end - 1}/${bytes.length}\r\n\r\n`,
    ),
    bytes.subarray(start, end),
  ])
  return Buffer.concat([...parts, Buffer.from(`\r\n--${boundary}--\r\n`)])
}

/** The file as a fault has it. */
export function spoiled(bytes: Buffer, fault: Fault | null): Buffer {
  if (fault?.kind === 'instead') return Buffer.from(fault.text)
  if (fault?.kind === 'truncate') return bytes.subarray(0, fault.size)
  if (fault?.kind === 'append' || fault?.kind === 'endless') return Buffer.concat([bytes, Buffer.alloc(fault.bytes, 1)])
  if (fault?.kind !== 'tamper') return bytes
  const copy = Buffer.from(bytes)
  copy[fault.at] = (copy[fault.at] ?? 0) ^ 1
  return copy
}

/** Sends a body, as a fault has it. Resolves to the bytes that were handed to the system. */
export async function sendBody(response: ServerResponse, body: Buffer, fault: Fault | null): Promise<number> {
  const write = async (piece: Buffer): Promise<void> => {
    if (piece.length > 0) await new Promise<void>((resolve) => response.write(piece, () => resolve()))
  }
  if (fault?.kind === 'cut' || fault?.kind === 'stall') {
    const sent = body.subarray(0, fault.after)
    response.flushHeaders()
    await write(sent)
    if (fault.kind === 'cut') response.destroy()
    return sent.length
  }
  if (fault?.kind === 'slow') {
    const step = Math.max(1, Math.round(fault.bytesPerSecond / 20))
    let at = 0
    for (; at < body.length && !response.destroyed; at += step) {
      await write(body.subarray(at, at + step))
      await sleep(50)
    }
    response.end()
    return Math.min(at, body.length)
  }
  await write(body)
  response.end()
  return body.length
}
