import type { SupportBundle } from '../../contract/support.ts'

/** Makes the support bundle: by allow-list, redacted, exactly as it would be saved. */
export type WriteBundle = () => Promise<SupportBundle>

export function createBundle(): WriteBundle {
  return async () => await Promise.resolve({ fileName: 'hestami-support.jsonl', lines: [] })
}
