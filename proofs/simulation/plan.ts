import { FAULTS, type Fault } from './faults.ts'
import { type CalendarStep, calendarSteps, type WantedWindow, wantedWindow } from './plan-windows.ts'
import { createRandom, type Random } from './random.ts'

/** The contexts that an order passes through. They start in this order, so changing it changes the trace of every seed. */
export const CONTEXTS = ['order', 'payment', 'item', 'store', 'delivery', 'my-page'] as const
export type ContextName = (typeof CONTEXTS)[number]

/** One order that a customer wants: quantities of a store's items, by their indexes. */
export type Wish = WantedWindow & {
  store: number
  lines: { item: number; quantity: number }[]
  /** The payment tokens, tried one after the other. */
  tokens: string[]
  /** Orders by the menu as it was when the customer first read it. */
  seesOldMenu: boolean
  /** Sends each request twice concurrently, and uses the first answer. */
  twice: boolean
  /** Cancels after about this many paces, or when the order has reached this status. */
  cancels: number | 'PAID' | 'RECEIVED' | 'DECORATED' | 'HANDED_OVER' | null
}

export type Person =
  | { does: 'order'; name: string; wishes: Wish[]; atOnce: boolean; door: Door }
  | {
      does: 'sell'
      name: string
      /** Without stock: made to order. */
      items: { price: number; stock: number | null }[]
      changes: number
      acts: number
      refunds: number
      calendars: CalendarStep[]
      /** Receives orders about when they would be rejected because nobody has. */
      hesitates: boolean
    }
  | {
      does: 'ride'
      name: string
      acts: number
      /** How likely an attempt is to fail. */
      fails: number
      /** Repeats old commands, and sends some late. */
      isOffline: boolean
    }

/** What a customer does about deliveries: how often, and how likely to ask for a second attempt of one that failed. */
export type Door = { acts: number; asksAgain: number }

/** Everything in a schedule except the random choices. `shrink` omits parts, to find out which of them matter. */
export type Plan = {
  seed: number
  people: Person[]
  faults: Fault[]
  replicas: { [Context in ContextName]: number }
  /** The context that facts reach later than the others. */
  behind: ContextName | null
  /** Store is restarted at the time when the first order that nobody accepted is due. */
  storeRestarts: boolean
  /** Later consumers begin after this number of facts, as when a release begins to hear them. */
  laterAfter: number
  /** The people's mean pause between two actions, in milliseconds. */
  pace: number
  /** Whether the stores open before faults begin. */
  opensCalmly: boolean
  /** Whether florists and riders finish all work at the end. */
  finishes: boolean
}

/** Lower than in production, so that a few people reach them. */
export const LIMITS = {
  mostUnpaid: 2,
  mostUnpaidPlaces: 1,
  mostDeclinedOfOrder: 2,
  mostDeclinedAnHour: 3,
  mostStores: 1,
  mostItems: 2,
}

/** Sooner than in production, to keep schedules short. */
export const PAYING = {
  payWithinMs: 60_000,
  payForPlaceWithinMs: 30_000,
  payAfterCutOffMs: 20_000,
  expireAfterMs: 10_000,
  chargeTimeoutMs: 1_600,
}
export const ACCEPTING = { acceptWithinMs: 20_000, rejectAfterStartMs: 15_000 }

export const LINK_SECRET = 'the secret of links in the simulation'

const TOKENS = ['tok_ok', 'tok_ok', 'tok_slow', 'tok_lost', 'tok_declined']

/** The plan of a seed. */
export function createPlan(seed: number): Plan {
  const random = createRandom(`${seed} plan`)
  // Each of its own, so that none changes anything else of a plan.
  const refunding = createRandom(`${seed} refunds`)
  const upgrading = createRandom(`${seed} later consumers`)
  const making = createRandom(`${seed} made to order`)
  const keeping = createRandom(`${seed} calendars`)
  const choosing = createRandom(`${seed} windows`)
  const atDoor = createRandom(`${seed} door`)
  const rushes = createRandom(`${seed} rush`).chance(0.15)
  const isWithoutFaults = random.chance(0.05)
  const stores = random.chance(0.25) ? 2 : 1
  const owners = times(
    stores,
    (index): Person => ({
      does: 'sell',
      name: `owner ${index + 1}`,
      items: times(1 + random.below(2), () => {
        const [price, stock] = [1_000 * (1 + random.below(9)), 1 + random.below(5)]
        return { price, stock: making.chance(0.25) ? null : stock }
      }),
      changes: random.below(5),
      acts: random.below(10),
      refunds: refunding.chance(0.5) ? refunding.below(8) : 0,
      calendars: calendarSteps(keeping, rushes),
      hesitates: keeping.chance(0.25),
    }),
  )
  const customers = times(1 + random.below(4), (index): Person => {
    const atOnce = random.chance(0.2)
    const wishCount = atOnce ? 4 + random.below(3) : random.pick([1, 1, 1, 1, 2])
    const steals = random.chance(0.15)
    const wishes = times(wishCount, (index) => {
      const wanted = { ...wish(random, stores, steals), ...wantedWindow(choosing) }
      return rushes && index === 0 ? { ...wanted, store: 0, window: 'rush' as const } : wanted
    })
    const door = { acts: atDoor.pick([0, 4, 12, 25]), asksAgain: atDoor.pick([0, 0.6, 1]) }
    return { does: 'order', name: `customer ${index + 1}`, wishes, atOnce, door }
  })
  const riders = times(
    1 + random.below(2),
    (index): Person => ({
      does: 'ride',
      name: `rider ${index + 1}`,
      acts: random.below(12) + (atDoor.chance(0.6) ? atDoor.below(25) : 0),
      fails: atDoor.pick([0, 0.4, 0.8, 1]),
      isOffline: atDoor.chance(0.5),
    }),
  )
  const replicas = Object.fromEntries(CONTEXTS.map((context) => [context, random.chance(0.3) ? 2 : 1]))
  // In one process, a store's places are booked one after the other.
  if (rushes) replicas.order = 2
  return {
    seed,
    people: [...owners, ...customers, ...riders],
    // Each plan omits some, because one fault may hide another's effect.
    faults: FAULTS.filter(() => !isWithoutFaults && random.chance(0.6)),
    // has an entry for every context
    replicas: replicas as Plan['replicas'],
    behind: random.pick([null, ...CONTEXTS]),
    storeRestarts: keeping.chance(0.5),
    laterAfter: upgrading.chance(0.2) ? upgrading.below(60) : 0,
    opensCalmly: random.chance(0.7),
    pace: random.pick([20, 100, 500, 3_000]),
    finishes: random.chance(0.7),
  }
}

/** With `steals`, the customer tries several stolen cards. */
function wish(random: Random, stores: number, steals: boolean): Omit<Wish, keyof WantedWindow> {
  return {
    store: random.below(stores),
    lines: times(random.pick([1, 1, 2]), () => ({ item: random.below(2), quantity: 1 + random.below(2) })),
    tokens: steals
      ? times(3 + random.below(4), (index) => `tok_stolen_${index}`)
      : times(1 + random.below(4), () => random.pick(TOKENS)),
    seesOldMenu: random.chance(0.3),
    twice: random.chance(0.3),
    cancels: random.pick([null, null, 0, random.below(30), 'PAID', 'RECEIVED', 'DECORATED', 'HANDED_OVER']),
  }
}

const times = <T>(count: number, create: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => create(index))
