import { readConfig, serviceConfig } from '../../chassis/config.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { readFactOn, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { resolvers } from './inbound/graphql/resolvers.ts'
import { hears } from './inbound/nats/hears.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { readsOf } from './outbound/postgres/reads.ts'
import { wire } from './wire.ts'

await runService({
  name: 'media',
  config: readConfig(serviceConfig),
  schema,
  typeDefs: new URL('./inbound/graphql/media.graphql', import.meta.url),
  hears: subjectsOf(hears),
  says: false,
  wire: ({ orm }) => {
    const stamp = stampWith({ now: () => new Date(), newId })
    const { hear } = wire({ transact: postgresTransactions(orm, stamp, tables) })
    return {
      resolvers,
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      handleFact: (wire, subject) => hear(readFactOn(subject, wire)),
    }
  },
})
