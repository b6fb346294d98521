import { readConfig } from '../../chassis/config.ts'
import { every } from '../../chassis/every.ts'
import { CALLER_GUARD_SETTINGS, createGuard } from '../../chassis/guard.ts'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { runService } from '../../chassis/service.ts'
import { readFact, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { paymentConfig } from './config.ts'
import { resolvers } from './inbound/graphql/resolvers.ts'
import { charges } from './inbound/http/charges.ts'
import { hears } from './inbound/nats/hears.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { paymentsDue, readsOf } from './outbound/postgres/reads.ts'
import { guarded } from './outbound/provider/guarded.ts'
import { httpProvider } from './outbound/provider/http.ts'
import { type PaymentContext, wire } from './wire.ts'

const config = readConfig(paymentConfig)

await runService({
  name: 'payment',
  config,
  schema,
  typeDefs: new URL('./inbound/graphql/payment.graphql', import.meta.url),
  hears: subjectsOf(hears),
  says: true,
  wire: ({ orm, log, audit }) => {
    const clock = { now: () => new Date(), newId }
    const provider = httpProvider({
      url: config.PROVIDER_URL,
      token: config.PROVIDER_TOKEN,
      deadlineMs: config.PROVIDER_DEADLINE_MS,
      log,
    })
    const guard = createGuard({ ...CALLER_GUARD_SETTINGS, maxConcurrent: config.PROVIDER_AT_ONCE }, (state) =>
      log.warn({ state }, 'the circuit to the provider changed'),
    )
    const payment = wire({
      ...clock,
      transact: postgresTransactions(orm, stampWith(clock), tables),
      provider: guarded(provider, guard, config.PROVIDER_AT_ONCE_EACH),
      dueAt: (now, limit) => paymentsDue(orm, now, limit),
      log,
      settings: {
        askingTakesAtMostMs: config.PROVIDER_DEADLINE_MS + 1_000,
        mostDeclinedOfOrder: config.MOST_DECLINED_OF_ORDER,
        mostDeclinedAnHour: config.MOST_DECLINED_AN_HOUR,
      },
    })
    const settling = every(config.SETTLE_EVERY_MS, payment.settleDue, log)
    return {
      resolvers,
      contextOf: (claims) => ({ claims, reads: readsOf(orm) }),
      handleFact: async (wire) => {
        await payment.hear(readFact(wire))
        settling.now() // A refund should not wait for its turn.
      },
      routes: { '/charges': charges({ charge: payment.commands.charge, secret: config.CONTEXT_SECRET, log, audit }) },
      jobs: [{ stop: () => finish(settling, payment, provider) }],
    }
  },
})

/** What is being asked is waited for (the provider's deadline bounds it), rather than left to a replica to ask again. */
async function finish(
  settling: { stop(): Promise<void> },
  payment: PaymentContext,
  provider: { close(): Promise<void> },
) {
  await settling.stop()
  await payment.idle()
  await provider.close()
}
