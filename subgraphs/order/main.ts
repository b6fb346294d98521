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
    /** Of one customer, in this process; more wait for their turn until the deadline. */
    PAYMENT_AT_ONCE_EACH: z.coerce.number().int().min(1).default(2),
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
        atOnceEach: config.PAYMENT_AT_ONCE_EACH,
        secret: config.CONTEXT_SECRET,
        log,
      }),
      unpaidSince: (before, limit) => unpaidSince(orm, before, limit),
      settings: { payWithinMs: config.PAY_WITHIN_MS, expireAfterMs: config.EXPIRE_AFTER_MS },
    })
    return {
      resolvers: resolversOn(order),
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      take: (wire) => order.hear(readFact(wire)),
      jobs: [every(5_000, order.expireOrders, log)],
    }
  },
})
