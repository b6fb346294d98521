/** One line of the book: what was done with money, or decided about it, under which key. */
export type Entry = {
  at: string
  type: 'charge' | 'decline' | 'void' | 'refund'
  /** The idempotency key it was asked by. */
  key: string
  /** The charge that a void or refund is about; of a charge its own key. */
  chargeKey: string
  /** Which order it is for, as the merchant calls it. */
  reference: string
  amount: { amount: number; currency: string }
}

type Kept = Omit<Entry, 'at'>
export type Terms = Pick<Entry, 'key' | 'reference' | 'amount'>

/** An answer, and what is to be written in the book before it is given (null: it is there already). */
type Ruling = { outcome: 'charged' | 'declined' | 'voided' | 'refunded'; entry: Kept | null }

/** What is wrong with a request, for the merchant's developer to read. */
type Objection = { objection: string }

/**
 * A bank's memory, by key. It is as trusting as an idempotent provider may be: a refund under another key is another refund, until
 * all of the charge is returned (with `paysTooMuch` even then). That there is one key for each refund is the merchant's business, and this is where its failing shows.
 */
export function bank({ paysTooMuch = false } = {}) {
  const byKey = new Map<string, Kept>()
  const voided = new Set<string>()
  /** By charge: the sum of its refunds. */
  const refunded = new Map<string, number>()
  const refundedOf = (chargeKey: string) => refunded.get(chargeKey) ?? 0
  const keep = (entry: Kept) => {
    if (entry.type === 'void') voided.add(entry.chargeKey)
    else byKey.set(entry.key, entry)
    if (entry.type === 'refund') refunded.set(entry.chargeKey, refundedOf(entry.chargeKey) + entry.amount.amount)
  }
  /** Says what a repeated key was first used for; an objection where the request is another one now. */
  const earlier = (
    key: string,
    amount: Entry['amount'],
    types: Entry['type'][],
  ): { entry: Kept } | Objection | null => {
    const entry = byKey.get(key)
    if (!entry) return null
    const same = types.includes(entry.type) && entry.amount.amount === amount.amount
    return same ? { entry } : { objection: 'This idempotency key was used for another request.' }
  }
  return {
    /** Takes in a line of the book. */
    keep,
    /** Whether a charge under this key is decided: charged, declined or void. */
    knows: (key: string) => byKey.has(key) || voided.has(key),
    charge: ({ key, reference, amount }: Terms, declined: boolean): Ruling | Objection => {
      const before = earlier(key, amount, ['charge', 'decline'])
      if (before && 'objection' in before) return before
      if (voided.has(key)) return { outcome: 'voided', entry: null }
      const type = before?.entry.type ?? (declined ? 'decline' : 'charge')
      const outcome = type === 'charge' ? 'charged' : 'declined'
      return { outcome, entry: before ? null : { type, key, chargeKey: key, reference, amount } }
    },
    /** A key that is not known becomes void too: a charge that comes later by it is not made. */
    void: (chargeKey: string, reference: string): Ruling => {
      const charge = byKey.get(chargeKey)
      if (charge?.type === 'decline') return { outcome: 'declined', entry: null }
      if (voided.has(chargeKey)) return { outcome: 'voided', entry: null }
      if (refunded.has(chargeKey)) return { outcome: 'refunded', entry: null }
      const amount = charge?.amount ?? { amount: 0, currency: 'KRW' }
      return { outcome: 'voided', entry: { type: 'void', key: chargeKey, chargeKey, reference, amount } }
    },
    /** Declined for good: nothing, and more than is left of the charge. */
    refund: ({ key, reference, amount }: Terms, chargeKey: string): Ruling | Objection => {
      const before = earlier(key, amount, ['refund'])
      if (before && 'objection' in before) return before
      if (before) return { outcome: 'refunded', entry: null }
      const charge = byKey.get(chargeKey)
      if (charge?.type !== 'charge') return { objection: 'There is no such charge to refund.' }
      if (voided.has(chargeKey)) return { outcome: 'voided', entry: null }
      const isTooMuch = refundedOf(chargeKey) + amount.amount > charge.amount.amount
      if (amount.amount < 1 || (isTooMuch && !paysTooMuch)) return { outcome: 'declined', entry: null }
      return { outcome: 'refunded', entry: { type: 'refund', key, chargeKey, reference, amount } }
    },
  }
}

export type Bank = ReturnType<typeof bank>
