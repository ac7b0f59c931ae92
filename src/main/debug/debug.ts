import type { BundleSummary, Exchange, FaultRule } from '../../contract/support.ts'

/** What developer builds have beyond the others. */
export interface Debug {
  timeline(): readonly Exchange[]
  faults(): readonly FaultRule[]
  setFaults(rules: readonly FaultRule[]): void
  openBundle(text: string): BundleSummary
  replay(text: string): Promise<void>
}
