import { readConfig } from '../../chassis/config.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { readFactOn, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { deliveryConfig, departEarliestMs } from './config.ts'
import { resolversOn } from './inbound/graphql/resolvers.ts'
import { hears } from './inbound/nats/hears.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { overdueDeliveries } from './outbound/postgres/overdue.ts'
import { feedOf, readsOf } from './outbound/postgres/reads.ts'
import { wire } from './wire.ts'

const config = readConfig(deliveryConfig)

await runService({
  name: 'delivery',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/delivery.graphql', import.meta.url),
  hears: subjectsOf(hears),
  says: true,
  wire: ({ orm }) => {
    const clock = { now: () => new Date(), newId }
    const delivery = wire({
      ...clock,
      transact: postgresTransactions(orm, stampWith(clock), tables),
      settings: { departEarliestMs: departEarliestMs(config) },
    })
    return {
      resolvers: resolversOn(delivery),
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      feed: feedOf(orm),
      overdue: overdueDeliveries(orm),
      handleFact: (wire, subject) => delivery.hear(readFactOn(subject, wire)),
    }
  },
})
