import { readConfig } from '../../chassis/config.ts'
import { every } from '../../chassis/every.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { laterSubjectsOf, readFactOn, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { storeConfig } from './config.ts'
import { resolversOn } from './inbound/graphql/resolvers.ts'
import { hears, later } from './inbound/nats/hears.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { overdueStoreOrders } from './outbound/postgres/overdue.ts'
import { feedOf, readsOf, unacceptedAt } from './outbound/postgres/reads.ts'
import { wire } from './wire.ts'

const config = readConfig(storeConfig)

await runService({
  name: 'store',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/store.graphql', import.meta.url),
  hears: subjectsOf(hears, later),
  hearsLater: laterSubjectsOf(later),
  says: true,
  wire: ({ orm, log }) => {
    const clock = { now: () => new Date(), newId }
    const store = wire({
      ...clock,
      transact: postgresTransactions(orm, stampWith(clock), tables),
      unacceptedAt: (at, limit) => unacceptedAt(orm, at, limit),
      settings: {
        mostStores: config.MOST_STORES,
        acceptWithinMs: config.ACCEPT_WITHIN_MS,
        rejectAfterStartMs: config.REJECT_AFTER_START_MS,
        photoKeys: config.PHOTO_KEY,
      },
    })
    return {
      resolvers: resolversOn(store),
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      feed: feedOf(orm),
      overdue: overdueStoreOrders(orm),
      jobs: [every(5_000, store.rejectUnacceptedOrders, log)],
      handleFact: (wire, subject) => store.hear(readFactOn(subject, wire)),
    }
  },
})
