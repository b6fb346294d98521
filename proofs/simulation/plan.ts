import { FAULTS, type Fault } from './faults.ts'
import { type Random, random } from './random.ts'

/** Those an order passes through, in the order they start: a seed's story follows from it. */
export const CONTEXTS = ['order', 'payment', 'item', 'store', 'delivery', 'my-page'] as const
export type ContextName = (typeof CONTEXTS)[number]

/** One order a customer wants: of `store`, so many of its items by index. */
export type Wish = {
  store: number
  lines: { item: number; quantity: number }[]
  /** The cards tried, in turn; when all were declined or are spent, the customer waits. */
  tokens: string[]
  /** Goes by what the menu said when the customer first looked at it. */
  seesOldMenu: boolean
  /** Sends each request twice at once, and goes on with the first answer. */
  twice: boolean
  /** Cancels about so many paces after placing it, or when it is seen to be so far. */
  cancels: number | 'PAID' | 'RECEIVED' | 'DECORATED' | 'HANDED_OVER' | null
}

export type Person =
  | { does: 'order'; name: string; wishes: Wish[]; atOnce: boolean }
  | { does: 'sell'; name: string; items: { price: number; stock: number }[]; changes: number; acts: number }
  | { does: 'ride'; name: string; acts: number }

/** Everything that a schedule is made of, but chance. Parts may be left out, to find out which of them matter. */
export type Plan = {
  seed: number
  people: Person[]
  faults: Fault[]
  replicas: { [Context in ContextName]: number }
  /** The context that facts come to later than to the others. */
  behind: ContextName | null
  /** How long people wait between what they do, about; milliseconds. */
  pace: number
  /** Whether the stores open before anything goes wrong. */
  opensCalmly: boolean
  /** Whether florists and riders finish in the end what there is to do. */
  finishes: boolean
}

/** Smaller than in the shop, so that a few people come to them. */
export const LIMITS = { mostUnpaid: 2, mostDeclinedOfOrder: 2, mostDeclinedAnHour: 3, mostStores: 1, mostItems: 2 }

const TOKENS = ['tok_ok', 'tok_ok', 'tok_slow', 'tok_lost', 'tok_declined']

/** The plan that belongs to a seed. */
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
    const many = atOnce ? 4 + chance.below(3) : chance.pick([1, 1, 1, 1, 2])
    const steals = chance.chance(0.15)
    const wishes = times(many, () => wish(chance, stores, steals))
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
    // Each plan leaves out some: what hides behind one fault shows where that one is missing.
    faults: FAULTS.filter(() => !isQuiet && chance.chance(0.6)),
    // Every context has just been given its number.
    replicas: replicas as Plan['replicas'],
    behind: chance.pick([null, ...CONTEXTS]),
    opensCalmly: chance.chance(0.7),
    pace: chance.pick([20, 100, 500, 3_000]),
    finishes: chance.chance(0.7),
  }
}

/** `steals`: of one who finds out which of many cards are still good. */
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

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
