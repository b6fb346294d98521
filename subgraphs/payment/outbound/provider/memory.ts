import type { Provider } from '../../application/ports.ts'
import type { Outcome } from '../../domain/provider-calls.ts'
import { bank, type Entry } from '../../sandbox/bank.ts'
import { declineReason } from '../../sandbox/tokens.ts'

/** A call to the provider, with its idempotency key. */
export type Call = { type: 'charge' | 'void' | 'refund'; key: string }

/** The network's faults: calls may be slow, refused, or lost before or after their effect. */
export type NetworkFaults = {
  beforeEffect?: (call: Call) => Promise<'arrives' | 'refused' | 'lost'>
  afterEffect?: (call: Call) => Promise<'arrives' | 'lost'>
  takesCharges?: () => boolean
  /** Whether the provider declines a refund: always the same for a key. */
  declines?: (call: Call) => boolean
  /** Pays out whatever is asked, so that only our own limit keeps more than a charge from being returned. */
  paysTooMuch?: boolean
}

/** An in-memory provider for tests and the simulation; `book` has its charges and refunds, for the checks. */
export function memoryProvider(network: NetworkFaults = {}): Provider & { book: readonly Omit<Entry, 'at'>[] } {
  const state = bank({ paysTooMuch: network.paysTooMuch })
  const book: Omit<Entry, 'at'>[] = []
  const call = async (about: Call, act: () => ReturnType<typeof state.charge>): Promise<Outcome> => {
    const arrival = (await network.beforeEffect?.(about)) ?? 'arrives'
    if (arrival !== 'arrives') return arrival === 'refused' ? 'refused' : 'unknown'
    if (network.declines?.(about)) return 'declined'
    const ruling = act()
    if ('objection' in ruling) throw new Error(`${about.type} ${about.key}: ${ruling.objection}`)
    if (ruling.entry) {
      state.keep(ruling.entry)
      book.push(ruling.entry)
    }
    return (await network.afterEffect?.(about)) === 'lost' ? 'unknown' : ruling.outcome
  }
  return {
    book,
    takesCharges: () => network.takesCharges?.() ?? true,
    charge: ({ token, ...terms }) =>
      call({ type: 'charge', key: terms.key }, () => state.charge(terms, declineReason(token) !== null)),
    void: ({ key, reference }) => call({ type: 'void', key }, () => state.void(key, reference)),
    refund: ({ chargeKey, ...terms }) => call({ type: 'refund', key: terms.key }, () => state.refund(terms, chargeKey)),
  }
}
