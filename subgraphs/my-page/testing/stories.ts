import type { Fact, Said } from '../../../schema/events/facts.ts'
import type { EntryFactName } from '../domain/entry.ts'

export const orderId = '01900000-0000-7000-8000-0000000000a1'
export const customerId = '01900000-0000-7000-8000-0000000000c1'
export const storeId = '01900000-0000-7000-8000-0000000000d1'

/** An id that is a valid UUIDv7, different for each number. */
export const testId = (number: number): string => `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

/** 00:00 to 03:00 of the next day on the store's clock. */
export const promise = {
  startsAt: '2026-11-22T15:00:00.000Z',
  endsAt: '2026-11-22T18:00:00.000Z',
  timeZone: 'Asia/Seoul',
}

const MORNING = Date.parse('2026-11-22T09:00:00.000Z')

/** What each fact of a story carries. */
function dataOf(id = orderId, customer = customerId): { [Name in EntryFactName]: Said<Name>['data'] } {
  const itemId = testId(0xe1)
  const unitPrice = { amount: 50_000, currency: 'KRW' as const }
  const lines = [{ itemId, name: '장미 한바구니', unitPrice, quantity: 1 }]
  const deal = { orderId: id, customerId: customer, storeId, lines, promise }
  const payment = { orderId: id, amount: unitPrice }
  const part = { amount: 20_000, currency: 'KRW' as const }
  const about = { orderId: id }
  return {
    Ordered: { ...deal, total: unitPrice, payBy: '2026-11-22T09:30:00.000Z' },
    OrderConfirmed: deal,
    CancellationRequested: about,
    OrderCancelled: { ...about, reason: 'CUSTOMER' },
    OrderExpired: about,
    Paid: payment,
    PaymentDeclined: payment,
    PartlyRefunded: { ...payment, amount: part, refundId: testId(0xb1), refundedTotal: part },
    PaymentCancelled: payment,
    ForciblyCancelled: payment,
    StockReserved: { ...deal, stock: [{ itemId, available: 19, itemVersion: 2 }] },
    Received: about,
    Decorated: { ...about, storeId, ownerId: testId(0xf1), customerId: customer, promise },
    Rejected: about,
    RegistrationCancelled: { ...about, decorated: false },
    DeliveryRequested: { ...about, promise },
    DepartedForDelivery: { ...about, riderId: testId(0xf2) },
    DeliveryCompleted: about,
    DeliveryCancelled: about,
    CancellationRefused: about,
    DeliveryAttemptFailed: { ...about, attempt: 1, reason: 'NOBODY_HOME' },
    FlowersReturned: about,
    RecipientCorrected: about,
  }
}

/** The window of the second attempt. */
export const promiseAgain = { ...promise, startsAt: '2026-11-23T03:00:00.000Z', endsAt: '2026-11-23T06:00:00.000Z' }

/** A fact by its name, or one about the second attempt to deliver. */
export type Told = EntryFactName | 'DeliveryRequested 2' | 'DepartedForDelivery 2' | 'DeliveryAttemptFailed 2'

/** The facts of one order in order, a second apart, each with its own id. */
export function story(names: readonly Told[], id = orderId, customer = customerId): Fact<EntryFactName>[] {
  const data = dataOf(id, customer)
  return names.map((name, index) => {
    // All of them are made of a fact's name.
    const type = name.replace(' 2', '') as EntryFactName
    const second = type === name ? {} : { ...(type === 'DeliveryRequested' && { promise: promiseAgain }), attempt: 2 }
    const envelope = {
      // The order's last digits and the place in the story make it unique.
      id: `01900000-0000-7000-9${index.toString(16).padStart(3, '0')}-${id.slice(-12)}`,
      version: 1 as const,
      occurredAt: new Date(MORNING + index * 1_000).toISOString(),
      correlationId: id,
      causationId: testId(1),
    }
    // The data looked up under `type` is that type's: the pair belongs together, which TypeScript can't see.
    return { ...envelope, type, data: { ...data[type], ...second } } as Fact<EntryFactName>
  })
}

/** The fact that a store is there. */
export const storeRegistered = (id: string, name: string): Fact<'StoreRegistered'> => ({
  id: testId(0xd0),
  type: 'StoreRegistered',
  version: 1,
  occurredAt: new Date(MORNING - 1_000).toISOString(),
  correlationId: id,
  causationId: testId(1),
  data: { storeId: id, ownerId: testId(0xf1), name },
})

/** Complete histories of orders (language.md, "The life of an order"), with the final statuses: order, payment, delivery. */
export const stories: Record<string, { facts: Told[]; ends: [string, string | null, string | null] }> = {
  delivered: {
    facts: [
      'Ordered',
      'Paid',
      'OrderConfirmed',
      'StockReserved',
      'Received',
      'Decorated',
      'DeliveryRequested',
      'DepartedForDelivery',
      'DeliveryCompleted',
    ],
    ends: ['DELIVERED', 'APPROVED', 'COMPLETED'],
  },
  'paid at the third try, and short of stock': {
    facts: [
      'Ordered',
      'PaymentDeclined',
      'PaymentDeclined',
      'Paid',
      'OrderConfirmed',
      'OrderCancelled',
      'PaymentCancelled',
    ],
    ends: ['CANCELLED', 'CANCELLED', null],
  },
  'rejected while the customer cancels': {
    facts: [
      'Ordered',
      'Paid',
      'OrderConfirmed',
      'StockReserved',
      'Received',
      'CancellationRequested',
      'Rejected',
      'ForciblyCancelled',
    ],
    ends: ['REJECTED', 'CANCELLED', null],
  },
  'cancelled after it was decorated': {
    facts: [
      'Ordered',
      'Paid',
      'OrderConfirmed',
      'StockReserved',
      'Received',
      'Decorated',
      'DeliveryRequested',
      'CancellationRequested',
      'RegistrationCancelled',
      'DeliveryCancelled',
      'OrderCancelled',
      'PaymentCancelled',
    ],
    ends: ['CANCELLED', 'CANCELLED', 'CANCELLED'],
  },
  'too late to cancel': {
    facts: [
      'Ordered',
      'Paid',
      'OrderConfirmed',
      'StockReserved',
      'Received',
      'Decorated',
      'DeliveryRequested',
      'DepartedForDelivery',
      'CancellationRequested',
      'RegistrationCancelled',
      'CancellationRefused',
    ],
    ends: ['OUT_FOR_DELIVERY', 'APPROVED', 'DEPARTED'],
  },
  'failed, then delivered at the second attempt': {
    facts: [
      'Ordered',
      'Paid',
      'DeliveryRequested',
      'DepartedForDelivery',
      'DeliveryAttemptFailed',
      'RecipientCorrected',
      'DeliveryRequested 2',
      'DepartedForDelivery 2',
      'DeliveryCompleted',
    ],
    ends: ['DELIVERED', 'APPROVED', 'COMPLETED'],
  },
  'waits for the second attempt': {
    facts: [
      'Ordered',
      'Paid',
      'DepartedForDelivery',
      'CancellationRefused',
      'DeliveryAttemptFailed',
      'DeliveryRequested 2',
    ],
    ends: ['DELIVERY_FAILED', 'APPROVED', 'REQUESTED'],
  },
  'on the way a second time': {
    facts: ['Ordered', 'Paid', 'DeliveryAttemptFailed', 'DeliveryRequested 2', 'DepartedForDelivery 2'],
    ends: ['OUT_FOR_DELIVERY', 'APPROVED', 'DEPARTED'],
  },
  'failed twice, and returned': {
    facts: ['Ordered', 'Paid', 'DeliveryAttemptFailed', 'DeliveryAttemptFailed 2', 'FlowersReturned'],
    ends: ['RETURNED', 'APPROVED', 'RETURNED'],
  },
  'delivered with a flower too few': {
    facts: ['Ordered', 'Paid', 'OrderConfirmed', 'PartlyRefunded', 'DeliveryCompleted'],
    ends: ['DELIVERED', 'APPROVED', 'COMPLETED'],
  },
  'never paid': { facts: ['Ordered', 'PaymentDeclined', 'OrderExpired'], ends: ['EXPIRED', 'DECLINED', null] },
  'cancelled unpaid, then the charge shows up': {
    facts: ['Ordered', 'OrderCancelled', 'Paid', 'PaymentCancelled'],
    ends: ['CANCELLED', 'CANCELLED', null],
  },
  'what no saga lets happen: every end at once': {
    facts: ['Ordered', 'DeliveryCompleted', 'OrderCancelled', 'Rejected', 'OrderExpired', 'DeliveryCancelled'],
    ends: ['EXPIRED', null, 'CANCELLED'],
  },
}

/** All orders of a short list. */
export function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield []
  for (const [index, first] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [first, ...rest]
  }
}

/** Some orders of a list, some of its items twice or three times; the same for the same seed. */
export function* shuffles<T>(items: readonly T[], howMany: number, seed = 1): Generator<T[]> {
  let state = seed
  // A linear congruential generator (Numerical Recipes): good enough for shuffling, and reproducible.
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  for (let made = 0; made < howMany; made++) {
    const left = items.flatMap((item) => Array.from({ length: 1 + below(3) }, () => item))
    const shuffled: T[] = []
    while (left.length) shuffled.push(...left.splice(below(left.length), 1))
    yield shuffled
  }
}
