import { pino } from 'pino'
import type { AuditEvent } from '../../../chassis/audit/event.ts'
import { newId } from '../../../chassis/ids.ts'
import { until } from '../../../chassis/testing/until.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Fact, Said } from '../../../schema/events/facts.ts'
import type { Ports } from '../application/ports.ts'
import type { Money } from '../domain/payment.ts'
import { memoryProvider, type NetworkFaults } from '../outbound/provider/memory.ts'
import { wire } from '../wire.ts'
import { amount } from './payments.ts'

/** After so long a charge whose order was not heard of is returned. */
export const UNHEARD_AFTER_MS = 100_000

/** The ports of the payment context, and the facts said about a payment. */
export type Keeping = Pick<Ports, 'transact' | 'dueAt' | 'unheard'> & {
  said(orderId: string): Promise<Fact[]>
}

/** Two replicas of payment on the same rows and the same provider, whose `network` a test makes; an order of a customer. */
export function rigOn(keeping: Keeping, customerId = newId()) {
  const network: NetworkFaults = {}
  const provider = memoryProvider(network)
  let now = new Date('2026-01-01T00:00:00Z')
  const audited: AuditEvent[] = []
  const replica = (change: Partial<Ports> = {}) =>
    wire({
      ...keeping,
      provider,
      now: () => now,
      newId,
      inTime: (answer) => answer,
      log: pino({ level: 'silent' }),
      audit: { record: (event) => void audited.push(event) },
      settings: {
        unheardAfterMs: UNHEARD_AFTER_MS,
        providerCallTimeoutMs: 6_000,
        mostDeclinedOfOrder: 5,
        mostDeclinedAnHour: 10,
      },
      ...change,
    })
  const [one, two] = [replica(), replica()]
  const shared = {
    network,
    /** A replica with other ports, e.g. to let it die at some point. */
    replica,
    one,
    two,
    now: () => now,
    pass: async (ms: number) => {
      now = new Date(now.getTime() + ms)
    },
    /** Lets so much time pass that everything is due, and has one replica, or both at once, settle it. */
    settle: async (by = [one], afterMs = 60_000) => {
      now = new Date(now.getTime() + afterMs)
      await Promise.all(by.map(({ settleDue }) => settleDue()))
    },
    /** Holds the calls to the provider on their way, until the gate is opened. */
    holdCalls: () => {
      const way = gate()
      network.beforeEffect = async () => {
        await way.pass()
        return 'arrives'
      }
      return way
    },
    /** Resolves when the customer has `count` open attempts. */
    untilOpen: (count: number) =>
      until(async () => {
        const payer = await keeping.transact(newId(), (tx) => tx.payers.find(customerId))
        return payer?.open.length === count
      }),
  }
  const entries = (orderId: string) => provider.book.filter(({ reference }) => reference === orderId)
  const order = (orderId: string, storeId = newId(), ownerId = newId()) => ({
    orderId,
    ownerId,
    /** Hears whose the store is that the order was placed in, and that it is paid. */
    hearOwner: async (by = one) => {
      await by.hear(heard({ type: 'StoreRegistered', data: { storeId, ownerId, name: 'KJSHOP' } }))
      const lines = [{ itemId: newId(), name: '장미', unitPrice: amount, quantity: 1 }]
      await by.hear(heard({ type: 'OrderConfirmed', data: { orderId, customerId, storeId, lines } }))
    },
    /** The owner returns so many won. */
    refund: (won: number, refundKey = newId(), { by = one, who = ownerId, reason = 'a lily was missing' } = {}) =>
      by.commands.refundPart(who, { orderId, refundKey, amount: { amount: won, currency: 'KRW' }, reason }),
    charge: (token: string, by = one, costs: Money = amount) =>
      by.commands.charge({ orderId, customerId, amount: costs, token }),
    hear: (type: 'OrderCancelled' | 'OrderExpired' | 'Rejected', by = one) => {
      const fact: Said =
        type === 'OrderCancelled' ? { type, data: { orderId, reason: 'CUSTOMER' } } : { type, data: { orderId } }
      const came = { ...heard(fact), occurredAt: now.toISOString() }
      return by.hear(came).then(() => came)
    },
    /** Hears that the order was placed just now. */
    hearOrdered: (change: Partial<Fact<'Ordered'>['data']> = {}, by = one) => {
      const lines = [{ itemId: newId(), name: '장미', unitPrice: amount, quantity: 1 }]
      const data = { orderId, customerId, storeId: newId(), lines, total: amount, payBy: now.toISOString(), ...change }
      return by.hear({ ...heard({ type: 'Ordered', data }), occurredAt: now.toISOString() })
    },
    payment: () => keeping.transact(newId(), (tx) => tx.payments.find(orderId)),
    /** What the audit trail has of it: `part returned`, `rest returned` … */
    audited: () =>
      audited
        .filter(({ event, on }) => event === 'refund' && on?.[0] === orderId)
        .map(({ on, outcome }) => `${on?.[1] ? 'part' : 'rest'} ${outcome}`),
    said: async () => (await keeping.said(orderId)).map(({ type }) => type),
    saidBecause: async () => (await keeping.said(orderId)).map(({ type, causationId: cause }) => ({ type, cause })),
    /** The provider's entries, and the amount that the customer has paid net. */
    book: () => entries(orderId).map(({ type }) => type),
    paid: () => {
      const sign = { charge: 1, decline: 0, void: -1, refund: -1 }
      return entries(orderId).reduce((sum, entry) => sum + sign[entry.type] * entry.amount.amount, 0)
    },
  })
  /** `another`: one more order of the same customer. */
  return { ...shared, ...order(newId()), another: () => order(newId()) }
}

/** A point where work waits until it is released; `reached` resolves when it arrives there. */
export function gate() {
  const reached = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  return {
    reached: reached.promise,
    open: () => open.resolve(),
    pass: async () => {
      reached.resolve()
      await open.promise
    },
  }
}

/** An order of 50,000 that is paid, and whose owner is known. */
export async function paidOn(keeping: Keeping) {
  const at = rigOn(keeping)
  await at.charge('tok_ok')
  await at.hearOwner()
  return at
}
