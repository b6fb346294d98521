import type { MikroORM } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import type { Audit } from '../audit/audit.ts'
import type { Nats } from '../nats/connection.ts'
import { circuitMetrics } from './circuits.ts'
import { watchDatabase, watchPool } from './database.ts'
import { factsMetrics } from './facts.ts'
import { graphqlMetrics } from './graphql.ts'
import { watchConsumers } from './nats.ts'
import { type Overdue, watchOverdue } from './overdue.ts'
import { ownCounters } from './own-counter.ts'
import { createProgramMetrics } from './program-metrics.ts'

export type ServiceMetrics = ReturnType<typeof createServiceMetrics>

/** The metrics of a context (docs/metrics.md). What it opens is watched from then on. */
export function createServiceMetrics(program: string, audit: Audit) {
  const metrics = createProgramMetrics(program, audit)
  const { registry } = metrics
  return {
    ...metrics,
    graphql: graphqlMetrics(registry),
    countFacts: factsMetrics(registry),
    watchCircuit: circuitMetrics(registry),
    counter: ownCounters(registry),
    watchPool: (pool: Pool) => watchPool(registry, pool),
    watchDatabase: (orm: MikroORM) => watchDatabase(registry, orm),
    /** `consumers`: the names of its durable ones. `nats`: undefined until it is connected for the first time. */
    watchNats: (consumers: string[], nats: () => Nats | undefined) => watchConsumers(registry, consumers, nats),
    watchOverdue: (overdue: Overdue) => watchOverdue(registry, overdue),
  }
}
