import { readConfig } from '../../chassis/config.ts'
import { every } from '../../chassis/every.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { laterSubjectsOf, readFactOn, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { deliveryConfig, departEarliestMs } from './config.ts'
import { personalData, resolversOn } from './inbound/graphql/resolvers.ts'
import { hears, later } from './inbound/nats/hears.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { overdueDeliveries } from './outbound/postgres/overdue.ts'
import { deliveriesDueAt, feedOf, readsOf } from './outbound/postgres/reads.ts'
import { wire } from './wire.ts'

const config = readConfig(deliveryConfig)

await runService({
  name: 'delivery',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/delivery.graphql', import.meta.url),
  hears: subjectsOf(hears, later),
  hearsLater: laterSubjectsOf(later),
  says: true,
  wire: ({ orm, log }) => {
    if (!config.LINK_SECRET) log.warn('without LINK_SECRET recipients have no links')
    const clock = { now: () => new Date(), newId }
    const delivery = wire({
      ...clock,
      transact: postgresTransactions(orm, stampWith(clock), tables),
      dueAt: (now, limit) => deliveriesDueAt(orm, now, limit),
      settings: {
        departEarliestMs: departEarliestMs(config),
        returnAfterWorkingMs: 30 * 60_000,
        linkSecret: config.LINK_SECRET ?? null,
        photoKeys: config.PHOTO_KEY,
      },
    })
    return {
      resolvers: resolversOn(delivery),
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      personalData,
      feed: feedOf(orm),
      overdue: overdueDeliveries(orm),
      jobs: [every(5_000, delivery.returnDue, log)],
      handleFact: (wire, subject) => delivery.hear(readFactOn(subject, wire)),
    }
  },
})
