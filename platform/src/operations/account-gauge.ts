import type { Registry } from 'prom-client'
import { Gauge } from 'prom-client'
import type { Accounts } from '../provisioning/accounts.ts'
import { provisioningState } from '../provisioning/state.ts'

/** Users by the state of their LibreChat account, read at each scrape; left out of one in which the database fails. */
export function addAccountGauge(registry: Registry, accounts: Pick<Accounts, 'countByState'>): void {
  const gauge: Gauge<'state'> = new Gauge({
    name: 'hestami_platform_accounts',
    help: 'Users, by the state of their LibreChat account; the same from every process on one database',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      gauge.reset()
      let counts: Awaited<ReturnType<Accounts['countByState']>>
      try {
        counts = await accounts.countByState()
      } catch {
        return
      }
      for (const state of provisioningState.options) gauge.set({ state }, counts.get(state) ?? 0)
    },
  })
}
