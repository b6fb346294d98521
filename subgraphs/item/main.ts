import { readConfig } from '../../chassis/config.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { readFactOn, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { itemConfig } from './config.ts'
import { resolversOn } from './inbound/graphql/resolvers.ts'
import { hears } from './inbound/nats/hears.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { readsOf } from './outbound/postgres/reads.ts'
import { wire } from './wire.ts'

const config = readConfig(itemConfig)

await runService({
  name: 'item',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/item.graphql', import.meta.url),
  hears: subjectsOf(hears),
  says: true,
  wire: ({ orm }) => {
    const stamp = stampWith({ now: () => new Date(), newId })
    const item = wire({
      newId,
      transact: postgresTransactions(orm, stamp, tables),
      settings: { mostItems: config.MOST_ITEMS, photoKeys: config.PHOTO_KEY },
    })
    return {
      resolvers: resolversOn(item),
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      handleFact: (wire, subject) => item.hear(readFactOn(subject, wire)),
    }
  },
})
