import type { FaultRule } from '../../contract/support.ts'
import type { Injector } from '../http/injection.ts'
import { answerOf } from './answers.ts'

/** Whether a rule's route is for a template: part by part, `*` for any one, `**` at the end for all the rest. */
export function matchesRoute(wanted: string, route: string): boolean {
  const parts = wanted.split('/')
  const given = route.split('/')
  const open = parts.at(-1) === '**'
  if (open ? given.length < parts.length : given.length !== parts.length) return false
  return parts.every((part, at) => part === '*' || part === given[at] || (open && at === parts.length - 1))
}

/** The rules, and how often each still applies. */
export interface RuleInjector extends Injector {
  /** What is left, in the order in which it is tried. */
  rules(): readonly FaultRule[]
  set(rules: readonly FaultRule[]): void
}

export function createInjector(initial: readonly FaultRule[] = []): RuleInjector {
  let rules: { readonly rule: FaultRule; left: number }[] = []
  const set = (given: readonly FaultRule[]): void => {
    rules = given.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }))
  }
  set(initial)
  return {
    rules: () => rules.map(({ rule, left }) => ({ ...rule, times: rule.times === null ? null : left })),
    set,
    take(server, method, route) {
      const found = rules.find(
        ({ rule }) =>
          (rule.server === null || rule.server === server) &&
          (rule.method === null || rule.method === method) &&
          matchesRoute(rule.route, route),
      )
      if (found === undefined) return null
      found.left--
      if (found.left <= 0) rules = rules.filter((one) => one !== found)
      return found.rule
    },
    answer: answerOf,
  }
}
