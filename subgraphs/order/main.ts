import { z } from 'zod'
import { readConfig, serviceConfig } from '../../chassis/config.ts'
import { every } from '../../chassis/every.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { readFact, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { resolversOn } from './inbound/graphql/resolvers.ts'
import { hears } from './inbound/nats/hears.ts'
import { paymentClient } from './outbound/payment/client.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { readsOf, unpaidSince } from './outbound/postgres/reads.ts'
import { wire } from './wire.ts'

const config = readConfig(
  serviceConfig.extend({
    /** Base URLs of payment's instances, separated by commas. */
    PAYMENT_URLS: z.string().transform((urls) => urls.split(',').filter(Boolean)),
    /** Below the router's own timeout, which would take the answer from the customer. */
    PAYMENT_DEADLINE_MS: z.coerce.number().int().min(100).max(4_500).default(610),
    /** Payments asked for at once, in this process; more are deferred at once. */
    PAYMENT_AT_ONCE: z.coerce.number().int().min(1).default(100),
    PAY_WITHIN_MS: z.coerce
      .number()
      .int()
      .min(1_000)
      .default(30 * 60_000),
    /** How long after payBy an order expires: a payment begun in time may still be on its way. */
    EXPIRE_AFTER_MS: z.coerce
      .number()
      .int()
      .min(0)
      .default(2 * 60_000),
    /** Unpaid orders a customer may have; so many more may be being charged at once. */
    MOST_UNPAID: z.coerce.number().int().min(1).max(1_000).default(10),
    /** Declined payments of a customer within an hour, as payment has it. */
    MOST_DECLINED_AN_HOUR: z.coerce.number().int().min(1).max(1_000).default(10),
  }),
)

await runService({
  name: 'order',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/order.graphql', import.meta.url),
  hears: subjectsOf(hears),
  says: true,
  wire: ({ orm, log }) => {
    const clock = { now: () => new Date(), newId }
    const order = wire({
      ...clock,
      transact: postgresTransactions(orm, stampWith(clock), tables),
      charge: paymentClient({
        urls: config.PAYMENT_URLS,
        deadlineMs: config.PAYMENT_DEADLINE_MS,
        atOnce: config.PAYMENT_AT_ONCE,
        secret: config.CONTEXT_SECRET,
        log,
      }),
      unpaidSince: (before, limit) => unpaidSince(orm, before, limit),
      settings: {
        payWithinMs: config.PAY_WITHIN_MS,
        expireAfterMs: config.EXPIRE_AFTER_MS,
        mostUnpaid: config.MOST_UNPAID,
        mostDeclinedAnHour: config.MOST_DECLINED_AN_HOUR,
        chargingTakesAtMostMs: config.PAYMENT_DEADLINE_MS + 1_000,
      },
    })
    return {
      resolvers: resolversOn(order),
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      take: (wire) => order.hear(readFact(wire)),
      jobs: [every(5_000, order.expireOrders, log)],
    }
  },
})
