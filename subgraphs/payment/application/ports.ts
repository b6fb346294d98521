import type { Logger } from '../../../chassis/log.ts'
import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Outcome } from '../domain/asking.ts'
import type { Payer, PayerLimits } from '../domain/payer.ts'
import type { Money, Payment } from '../domain/payment.ts'

export type Tables = { payments: Table<Payment>; payers: Table<Payer> }

export type Tx = Tables & Messaging<SaidBy<'payment'>>

/** How a charge, a void or a refund is told apart at the provider: `reference` is the order, for a person's eye. */
export type ProviderCharge = { key: string; token: string; amount: Money; reference: string }
export type ProviderRefund = { key: string; chargeKey: string; amount: Money; reference: string }

/**
 * The payment provider. Every method may be called again with the same key: it takes effect once and answers the same.
 * None throws, each has a deadline of its own: what is not known is `unknown`, and `refused` is said only where this
 * call surely had no effect.
 */
export type Provider = {
  /** Whether a charge may be begun just now; false while the provider is overloaded or known to be down. */
  takesCharges(): boolean
  charge(charge: ProviderCharge): Promise<Outcome>
  /**
   * Sees to it that nothing is charged by this key, now or later, returning what was: `voided`; or `declined`, where
   * it had been. A provider that does not know the key and can't remember it as void must say `unknown`: the charge
   * may still be on its way.
   */
  void(charge: { key: string; reference: string }): Promise<Outcome>
  /** `refunded`; or `voided`, where the charge was voided and so the money is back already. */
  refund(refund: ProviderRefund): Promise<Outcome>
}

/** For which customer the provider is asked. `settling`: nobody waits for it, so it takes none of the customers' places. */
export type Asker = { customerId: string; settling: boolean }

/** The provider as its callers share it (outbound/provider/guarded.ts); one without limits, as in tests, will do. */
export type SharedProvider = {
  /** As a provider's; false also while as many of the customer's charges are under way as may be at once. */
  takesCharges(customerId: string): boolean
  charge(charge: Parameters<Provider['charge']>[0], asker: Asker): Promise<Outcome>
  void(charge: Parameters<Provider['void']>[0], asker: Asker): Promise<Outcome>
  refund(refund: Parameters<Provider['refund']>[0], asker: Asker): Promise<Outcome>
}

export type Ports = {
  transact: Transact<Tables, SaidBy<'payment'>>
  provider: SharedProvider
  /** Ids of the payments whose `dueAt` has come, the longest due first. */
  dueAt: (now: Date, limit: number) => Promise<string[]>
  /**
   * Ids of the charged payments whose order was not heard of, though one was that was placed `afterMs` after the charge: the
   * facts that would have said so have passed by. While facts do not come at all there are none. Nor are there of the first
   * `afterMs` in which Ordered is heard, since orders may be older.
   */
  unheard: (afterMs: number, limit: number) => Promise<string[]>
  now: () => Date
  newId: () => string
  log: Logger
  settings: {
    /** After so long a charge whose order is not heard of is returned. */
    unheardAfterMs: number
    /** After so long whoever asked the provider is thought to have died; longer than the provider's own deadline. */
    askingTakesAtMostMs: number
  } & PayerLimits
}
