import type { BundleSummary, Exchange, FaultRule } from '../../contract/support.ts'
import type { Config } from '../config.ts'
import { Fault } from '../fault.ts'
import type { Host } from '../host.ts'
import type { Injector } from '../http/injection.ts'
import type { Timeline } from '../http/timeline.ts'
import { problemsOf } from './bundle-problems.ts'
import { createInjector } from './injector.ts'
import { readBundle } from './read-bundle.ts'
import { replayPlan } from './replay-plan.ts'

/** What developer builds have beyond the others. */
export interface Debug {
  readonly injector: Injector
  /** The version whose support bundle is being replayed; null in ordinary use. */
  readonly replayOf: string | null
  /** Tells the window from now on what a timeline notes. */
  watch(timeline: Timeline): void
  timeline(): readonly Exchange[]
  faults(): readonly FaultRule[]
  setFaults(rules: readonly FaultRule[]): void
  /** Fault invalid-input: that is no support bundle. */
  openBundle(text: string): BundleSummary
  /** Starts the app again on servers that behave as the bundle says. Fault forbidden: not here. */
  replay(text: string): Promise<void>
}

interface Deps {
  readonly host: Pick<Host, 'flavour' | 'replay'>
  readonly replay: Config['replay']
  readonly emit: (exchange: Exchange) => void
}

/** Null in every build that is not for developers: then none of it exists. */
export function createDebug({ host, replay, emit }: Deps): Debug | null {
  if (!host.flavour.developer) return null
  const injector = createInjector(replay?.rules)
  let list: Timeline['list'] = () => []
  return {
    injector,
    replayOf: replay?.version ?? null,
    watch(timeline) {
      list = timeline.list
      timeline.subscribe(emit)
    },
    timeline: () => list(),
    faults: injector.rules,
    setFaults: injector.set,
    openBundle(text) {
      const bundle = readBundle(text)
      const { header, exchanges, unreadable, end } = bundle
      const { version, flavour, build, platform, system, writtenAt } = header
      return {
        version,
        flavour,
        build,
        platform,
        system,
        writtenAt,
        exchanges: exchanges.length,
        unreadable: unreadable + (end?.unreadable ?? 0),
        removed: end?.removed ?? 0,
        problems: [...problemsOf(bundle)],
        rules: [...replayPlan(bundle).rules],
        replayable: host.replay !== null,
      }
    },
    async replay(text) {
      readBundle(text)
      if (host.replay === null) throw new Fault({ code: 'forbidden' })
      await host.replay(text)
    },
  }
}
