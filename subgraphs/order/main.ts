import { readConfig } from '../../chassis/config.ts'
import { every } from '../../chassis/every.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { laterSubjectsOf, readFactOn, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { orderConfig } from './config.ts'
import { personalData, resolversOn } from './inbound/graphql/resolvers.ts'
import { hears, later } from './inbound/nats/hears.ts'
import { paymentClient } from './outbound/payment/client.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { customersToErase } from './outbound/postgres/erasing.ts'
import { overdueOrders } from './outbound/postgres/overdue.ts'
import { readsOf, unpaidSince } from './outbound/postgres/reads.ts'
import { wire } from './wire.ts'

const config = readConfig(orderConfig)

await runService({
  name: 'order',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/order.graphql', import.meta.url),
  hears: subjectsOf(hears, later),
  hearsLater: laterSubjectsOf(later),
  says: true,
  wire: ({ orm, log, metrics }) => {
    const clock = { now: () => new Date(), newId }
    const order = wire({
      ...clock,
      transact: postgresTransactions(orm, stampWith(clock), tables),
      charge: paymentClient({
        urls: config.PAYMENT_URLS,
        deadlineMs: config.PAYMENT_DEADLINE_MS,
        atOnce: config.PAYMENT_AT_ONCE,
        atOnceEach: config.PAYMENT_AT_ONCE_EACH,
        key: config.CONTEXT_KEYS,
        log,
        onInstance: (number, guard) => metrics?.watchCircuit('payment', number, guard),
      }),
      unpaidSince: (before, limit) => unpaidSince(orm, before, limit),
      customersToErase: (after, limit) => customersToErase(orm, after, limit),
      settings: {
        payWithinMs: config.PAY_WITHIN_MS,
        payForPlaceWithinMs: config.PAY_FOR_PLACE_WITHIN_MS,
        payAfterCutOffMs: config.PAY_AFTER_CUT_OFF_MS,
        expireAfterMs: config.EXPIRE_AFTER_MS,
        mostUnpaid: config.MOST_UNPAID,
        mostUnpaidPlaces: config.MOST_UNPAID_PLACES,
        mostDeclinedAnHour: config.MOST_DECLINED_AN_HOUR,
        chargeTimeoutMs: config.PAYMENT_DEADLINE_MS + 1_000,
      },
    })
    return {
      resolvers: resolversOn(order),
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      personalData,
      handleFact: (wire, subject) => order.hear(readFactOn(subject, wire)),
      overdue: overdueOrders(orm, config.EXPIRE_AFTER_MS),
      jobs: [every(5_000, order.expireOrders, log), every(5_000, order.eraseCustomers, log)],
    }
  },
})
