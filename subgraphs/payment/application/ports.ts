import type { Audit } from '../../../chassis/audit/audit.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Payer, PayerLimits } from '../domain/payer.ts'
import type { Money, Payment } from '../domain/payment.ts'
import type { Outcome } from '../domain/provider-calls.ts'

/** A store, by StoreRegistered: its owner may return parts of what was paid for its orders. */
export type Store = { id: string; ownerId: string }

export type Tables = { payments: Table<Payment>; payers: Table<Payer>; stores: Table<Store> }

export type Tx = Tables & Messaging<SaidBy<'payment'>>

/** `key` is the provider's idempotency key; `reference` is the order's id, for people who read the statement. */
export type ProviderCharge = { key: string; token: string; amount: Money; reference: string }
export type ProviderRefund = { key: string; chargeKey: string; amount: Money; reference: string }

/**
 * The payment provider. Every method may be called again with the same key: it takes effect once and returns the same outcome.
 * None throws, and each has its own deadline. `unknown` is an outcome that is not known; `refused` means that this call
 * certainly had no effect.
 */
export type Provider = {
  /** Whether a charge may be started now; false while the provider is overloaded or known to be down. */
  takesCharges(): boolean
  charge(charge: ProviderCharge): Promise<Outcome>
  /**
   * Ensures that nothing is charged by this key, now or later, and returns money that was: `voided`; or `declined`, if it had
   * been. A provider that does not know the key and can't remember it as void must return `unknown`, because the charge may
   * still arrive.
   */
  void(charge: { key: string; reference: string }): Promise<Outcome>
  /**
   * `refunded`; `voided`, if the charge was voided and the money is returned already; or `declined`: nothing is returned by this
   * key, now or later.
   */
  refund(refund: ProviderRefund): Promise<Outcome>
}

/** The customer whose payment a provider call is for. `settling`: nobody waits for it, so it takes none of the customer's places. */
export type Requester = { customerId: string; settling: boolean }

/** The provider with its limits (outbound/provider/guarded.ts); tests use one without limits. */
export type SharedProvider = {
  /** As the provider's; false also while the customer has the maximum number of concurrent charges. */
  takesCharges(customerId: string): boolean
  charge(charge: Parameters<Provider['charge']>[0], requester: Requester): Promise<Outcome>
  void(charge: Parameters<Provider['void']>[0], requester: Requester): Promise<Outcome>
  refund(refund: Parameters<Provider['refund']>[0], requester: Requester): Promise<Outcome>
}

export type Ports = {
  transact: Transact<Tables, SaidBy<'payment'>>
  provider: SharedProvider
  /** The ids of the payments whose `dueAt` has come, earliest first. */
  dueAt: (now: Date, limit: number) => Promise<string[]>
  /**
   * Ids of the charged payments whose order was not heard of, though one was that was placed `afterMs` after the charge: the
   * facts that would have said so have passed by. While facts do not come at all there are none. Nor are there of the first
   * `afterMs` in which Ordered is heard, since orders may be older.
   */
  unheard: (afterMs: number, limit: number) => Promise<string[]>
  /** The answer if it comes within the time that a caller waits for a refund; else null, while its work goes on. */
  inTime: <Answer>(answer: Promise<Answer>) => Promise<Answer | null>
  now: () => Date
  newId: () => string
  log: Logger
  audit: Pick<Audit, 'record'>
  settings: {
    /** A charge whose order was not heard of after so long is refunded. */
    unheardAfterMs: number
    /** A process that called the provider longer ago is assumed to have died. Longer than the provider's own deadline. */
    providerCallTimeoutMs: number
  } & PayerLimits
}
