import { readConfig, serviceConfig } from '../../chassis/config.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { laterSubjectsOf, readFactOn, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { resolvers } from './inbound/graphql/resolvers.ts'
import { hears, later } from './inbound/nats/hears.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { feedOf, readsOf } from './outbound/postgres/reads.ts'
import { wire } from './wire.ts'

await runService({
  name: 'my-page',
  config: readConfig(serviceConfig),
  schema,
  typeDefs: new URL('./inbound/graphql/my-page.graphql', import.meta.url),
  hears: subjectsOf(hears, later),
  hearsLater: laterSubjectsOf(later),
  says: false,
  wire: ({ orm }) => {
    const stamp = stampWith({ now: () => new Date(), newId })
    const myPage = wire({ transact: postgresTransactions(orm, stamp, tables) })
    return {
      resolvers,
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      feed: feedOf(orm),
      handleFact: (wire, subject) => myPage.hear(readFactOn(subject, wire)),
    }
  },
})
