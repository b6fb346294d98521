import type { Provider } from '../../application/ports.ts'
import type { Outcome } from '../../domain/asking.ts'
import { bank, type Entry } from '../../sandbox/bank.ts'
import { declineReason } from '../../sandbox/tokens.ts'

/** One call on its way: what is asked, and by which key. */
export type Call = { type: 'charge' | 'void' | 'refund'; key: string }

/** What may happen to calls: they may take their time, be refused, or be lost before or after their effect. */
export type Weather = {
  onTheWay?: (call: Call) => Promise<'arrives' | 'refused' | 'lost'>
  onTheWayBack?: (call: Call) => Promise<'arrives' | 'lost'>
  takesCharges?: () => boolean
}

/** The provider in memory, for tests and the simulation; `book` is for the audit. */
export function memoryProvider(weather: Weather = {}): Provider & { book: readonly Omit<Entry, 'at'>[] } {
  const state = bank()
  const book: Omit<Entry, 'at'>[] = []
  const call = async (about: Call, act: () => ReturnType<typeof state.charge>): Promise<Outcome> => {
    const arrival = (await weather.onTheWay?.(about)) ?? 'arrives'
    if (arrival !== 'arrives') return arrival === 'refused' ? 'refused' : 'unknown'
    const ruling = act()
    if ('objection' in ruling) throw new Error(`${about.type} ${about.key}: ${ruling.objection}`)
    if (ruling.entry) {
      state.keep(ruling.entry)
      book.push(ruling.entry)
    }
    return (await weather.onTheWayBack?.(about)) === 'lost' ? 'unknown' : ruling.outcome
  }
  return {
    book,
    takesCharges: () => weather.takesCharges?.() ?? true,
    charge: ({ token, ...terms }) =>
      call({ type: 'charge', key: terms.key }, () => state.charge(terms, declineReason(token) !== null)),
    void: ({ key, reference }) => call({ type: 'void', key }, () => state.void(key, reference)),
    refund: ({ chargeKey, ...terms }) => call({ type: 'refund', key: terms.key }, () => state.refund(terms, chargeKey)),
  }
}
