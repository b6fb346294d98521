import { Counter, Histogram, type Registry } from 'prom-client'
import type { ConsumerOptions } from '../nats/consume.ts'
import { SECONDS } from './registry.ts'

type Handling = Pick<ConsumerOptions, 'handle' | 'park'>

/** What becomes of the facts that a context hears: each delivery counts. Subjects are bounded, since it hears only those it lists. */
export function factsMetrics(registry: Registry): (handling: Handling) => Handling {
  const registers = [registry]
  const deliveries = new Counter({
    ...{ name: 'service_fact_deliveries_total', help: 'Deliveries of facts: handled, failed, or parked after that' },
    ...{ registers, labelNames: ['fact', 'outcome'] },
  })
  const seconds = new Histogram({
    ...{ name: 'service_fact_seconds', help: 'How long handling a fact takes, failed or not' },
    ...{ buckets: SECONDS, registers, labelNames: ['fact'] },
  })
  return ({ handle, park }) => ({
    handle: async (wire, subject) => {
      const fact = factOf(subject)
      const startedAt = performance.now()
      let outcome = 'failed'
      try {
        await handle(wire, subject)
        outcome = 'handled'
      } finally {
        deliveries.inc({ fact, outcome })
        seconds.observe({ fact }, (performance.now() - startedAt) / 1_000)
      }
    },
    park: async (fact) => {
      await park(fact)
      deliveries.inc({ fact: factOf(fact.subject), outcome: 'parked' })
    },
  })
}

/** The third token of `facts.<publisher>.<Fact>.<key>`. */
const factOf = (subject: string): string => subject.split('.')[2] ?? ''
