import { FAULTS, type Fault } from './faults.ts'
import { type Random, random } from './random.ts'

/** The contexts that an order passes through, in the order of their start, on which a seed's trace depends. */
export const CONTEXTS = ['order', 'payment', 'item', 'store', 'delivery', 'my-page'] as const
export type ContextName = (typeof CONTEXTS)[number]

/** One order that a customer wants: quantities of a store's items, by their indexes. */
export type Wish = {
  store: number
  lines: { item: number; quantity: number }[]
  /** The payment tokens that are tried in turn; after the last, the customer waits. */
  tokens: string[]
  /** Orders by the menu as it was when the customer first read it. */
  seesOldMenu: boolean
  /** Sends each request twice concurrently, and uses the first answer. */
  twice: boolean
  /** Cancels about this wishCount paces after placing it, or when it has reached this status. */
  cancels: number | 'PAID' | 'RECEIVED' | 'DECORATED' | 'HANDED_OVER' | null
}

export type Person =
  | { does: 'order'; name: string; wishes: Wish[]; atOnce: boolean }
  | { does: 'sell'; name: string; items: { price: number; stock: number }[]; changes: number; acts: number }
  | { does: 'ride'; name: string; acts: number }

/** Everything in a schedule except chance. Parts may be omitted, to find out which of them matter. */
export type Plan = {
  seed: number
  people: Person[]
  faults: Fault[]
  replicas: { [Context in ContextName]: number }
  /** The context that gets facts later than the others. */
  behind: ContextName | null
  /** About how long people wait between two actions; milliseconds. */
  pace: number
  /** Whether the stores open before faults begin. */
  opensCalmly: boolean
  /** Whether florists and riders finish all work at the end. */
  finishes: boolean
}

/** Smaller than in production, so that a few people reach them. */
export const LIMITS = { mostUnpaid: 2, mostDeclinedOfOrder: 2, mostDeclinedAnHour: 3, mostStores: 1, mostItems: 2 }

const TOKENS = ['tok_ok', 'tok_ok', 'tok_slow', 'tok_lost', 'tok_declined']

/** The plan of a seed. */
export function planOf(seed: number): Plan {
  const chance = random(`${seed} plan`)
  const isQuiet = chance.chance(0.05)
  const stores = chance.chance(0.25) ? 2 : 1
  const owners = times(
    stores,
    (index): Person => ({
      does: 'sell',
      name: `owner ${index + 1}`,
      items: times(1 + chance.below(2), () => ({ price: 1_000 * (1 + chance.below(9)), stock: 1 + chance.below(5) })),
      changes: chance.below(5),
      acts: chance.below(10),
    }),
  )
  const customers = times(1 + chance.below(4), (index): Person => {
    const atOnce = chance.chance(0.2)
    const wishCount = atOnce ? 4 + chance.below(3) : chance.pick([1, 1, 1, 1, 2])
    const steals = chance.chance(0.15)
    const wishes = times(wishCount, () => wish(chance, stores, steals))
    return { does: 'order', name: `customer ${index + 1}`, wishes, atOnce }
  })
  const riders = times(
    1 + chance.below(2),
    (index): Person => ({
      does: 'ride',
      name: `rider ${index + 1}`,
      acts: chance.below(12),
    }),
  )
  const replicas = Object.fromEntries(CONTEXTS.map((context) => [context, chance.chance(0.3) ? 2 : 1]))
  return {
    seed,
    people: [...owners, ...customers, ...riders],
    // Each plan omits some, because one fault may hide the effect of another.
    faults: FAULTS.filter(() => !isQuiet && chance.chance(0.6)),
    // it has every context
    replicas: replicas as Plan['replicas'],
    behind: chance.pick([null, ...CONTEXTS]),
    opensCalmly: chance.chance(0.7),
    pace: chance.pick([20, 100, 500, 3_000]),
    finishes: chance.chance(0.7),
  }
}

/** With `steals`, the customer tries wishCount stolen cards. */
function wish(chance: Random, stores: number, steals: boolean): Wish {
  return {
    store: chance.below(stores),
    lines: times(chance.pick([1, 1, 2]), () => ({ item: chance.below(2), quantity: 1 + chance.below(2) })),
    tokens: steals
      ? times(3 + chance.below(4), (index) => `tok_stolen_${index}`)
      : times(1 + chance.below(4), () => chance.pick(TOKENS)),
    seesOldMenu: chance.chance(0.3),
    twice: chance.chance(0.3),
    cancels: chance.pick([null, null, 0, chance.below(30), 'PAID', 'RECEIVED', 'DECORATED', 'HANDED_OVER']),
  }
}

const times = <T>(count: number, create: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => create(index))
