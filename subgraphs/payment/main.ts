import { readConfig } from '../../chassis/config.ts'
import { every } from '../../chassis/every.ts'
import { CALLER_GUARD_SETTINGS, createGuard } from '../../chassis/guard.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { within } from '../../chassis/within.ts'
import { laterSubjectsOf, readFactOn, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { paymentConfig } from './config.ts'
import { resolversOn } from './inbound/graphql/resolvers.ts'
import { charges } from './inbound/http/charges.ts'
import { hears, later } from './inbound/nats/hears.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { overduePayments } from './outbound/postgres/overdue.ts'
import { paymentsDue, paymentsUnheard, readsOf } from './outbound/postgres/reads.ts'
import { guarded } from './outbound/provider/guarded.ts'
import { httpProvider } from './outbound/provider/http.ts'
import { type PaymentContext, wire } from './wire.ts'

/**
 * A day, since the price of an error is a refund for flowers that are on their way: after a disaster, facts that were lost are
 * published again behind new ones, for as long as that takes.
 */
const UNHEARD_AFTER_MS = 24 * 60 * 60_000
const UNHEARD_EVERY_MS = 60_000

/** How long a florist waits for a refund; then it is pending. The router waits 5 seconds. */
const REFUND_ANSWER_MS = 2_000

const config = readConfig(paymentConfig)

await runService({
  name: 'payment',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/payment.graphql', import.meta.url),
  hears: subjectsOf(hears, later),
  hearsLater: laterSubjectsOf(later),
  says: true,
  wire: ({ orm, log, audit, metrics }) => {
    const clock = { now: () => new Date(), newId }
    const provider = httpProvider({
      url: config.PROVIDER_URL,
      token: config.PROVIDER_TOKEN,
      deadlineMs: config.PROVIDER_DEADLINE_MS,
      log,
    })
    const guard = createGuard({ ...CALLER_GUARD_SETTINGS, maxConcurrent: config.PROVIDER_AT_ONCE }, (state) => {
      log.warn({ state }, 'the circuit to the provider changed')
      metrics?.circuit('provider', 1, state)
    })
    metrics?.circuit('provider', 1, guard.state())
    const payment = wire({
      ...clock,
      transact: postgresTransactions(orm, stampWith(clock), tables),
      provider: guarded(provider, guard, config.PROVIDER_AT_ONCE_EACH),
      dueAt: (now, limit) => paymentsDue(orm, now, limit),
      unheard: (afterMs, limit) => paymentsUnheard(orm, afterMs, limit),
      inTime: (answer) => within(REFUND_ANSWER_MS, answer),
      log,
      audit,
      settings: {
        unheardAfterMs: UNHEARD_AFTER_MS,
        providerCallTimeoutMs: config.PROVIDER_DEADLINE_MS + 1_000,
        mostDeclinedOfOrder: config.MOST_DECLINED_OF_ORDER,
        mostDeclinedAnHour: config.MOST_DECLINED_AN_HOUR,
      },
    })
    const closing = every(UNHEARD_EVERY_MS, payment.closeUnheard, log)
    const settling = every(config.SETTLE_EVERY_MS, payment.settleDue, log)
    return {
      resolvers: resolversOn(payment),
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      handleFact: async (wire, subject) => {
        await payment.hear(readFactOn(subject, wire))
        settling.now() // A refund should not wait for the next interval.
      },
      routes: { '/charges': charges({ charge: payment.commands.charge, callers: config.CALLER_KEYS, log, audit }) },
      overdue: overduePayments(orm),
      jobs: [closing, { stop: () => finish(settling, payment, provider) }],
    }
  },
})

/** Waits for calls in progress, at most until the provider's deadline, so that no replica has to repeat them. */
async function finish(
  settling: { stop(): Promise<void> },
  payment: PaymentContext,
  provider: { close(): Promise<void> },
) {
  await settling.stop()
  await payment.idle()
  await provider.close()
}
