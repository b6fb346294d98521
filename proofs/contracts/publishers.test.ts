import { describe, expect, it } from '@jest/globals'
import { DEFAULT_CALENDAR } from '../../schema/calendar/calendar.ts'
import {
  type Fact,
  type FactName,
  keyOf,
  type Publisher,
  published,
  readFact,
  type SaidBy,
  subjectOf,
} from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { erase } from '../../subgraphs/account/domain/user.ts'
import * as attempts from '../../subgraphs/delivery/domain/attempts.ts'
import * as delivery from '../../subgraphs/delivery/domain/delivery.ts'
import * as item from '../../subgraphs/item/domain/item.ts'
import * as reservation from '../../subgraphs/item/domain/reservation.ts'
import { correct } from '../../subgraphs/order/domain/correcting.ts'
import * as order from '../../subgraphs/order/domain/order.ts'
import { someOrder } from '../../subgraphs/order/testing/orders.ts'
import * as ending from '../../subgraphs/payment/domain/ending.ts'
import * as partRefunds from '../../subgraphs/payment/domain/part-refunds.ts'
import * as payment from '../../subgraphs/payment/domain/payment.ts'
import * as providerCalls from '../../subgraphs/payment/domain/provider-calls.ts'
import * as storeCalendar from '../../subgraphs/store/domain/calendar.ts'
import * as store from '../../subgraphs/store/domain/store.ts'
import * as storeOrder from '../../subgraphs/store/domain/store-order.ts'
import { someStoreOrder } from '../../subgraphs/store/testing/orders.ts'
import { sampleOf, samples } from './testing/samples.ts'

/** What an order of a release before windows does not have; a sample may. */
const BEFORE_WINDOWS = { promise: null, deliveryFee: null, substitution: null }

/** For each fact, the domain calls by which its context says it with the data of a golden sample. */
const PUBLISHERS: {
  [P in Publisher]: { [Name in SaidBy<P>['type']]: (sample: Fact<Name>) => SaidBy<P>[] }
} = {
  order: {
    Ordered: ({ occurredAt, data: { orderId, payBy, ...deal } }) =>
      order.place({
        ...someOrder('AWAITING_PAYMENT'),
        ...BEFORE_WINDOWS,
        ...deal,
        id: orderId,
        placedAt: new Date(occurredAt),
        payBy: new Date(payBy),
      }).says,
    OrderConfirmed: ({ data: { orderId, ...deal } }) =>
      order.confirm({ ...someOrder('AWAITING_PAYMENT'), ...BEFORE_WINDOWS, ...deal, id: orderId }).says,
    CancellationRequested: ({ data }) => order.cancel(orderIn('RECEIVED', data), 'the party is off')?.says ?? [],
    OrderCancelled: ({ data }) =>
      data.reason === 'CUSTOMER'
        ? order.follow(orderIn('CANCELLING', data), sampleOf('RegistrationCancelled')).says
        : order.follow(orderIn('PAID', data), sampleOf('ItemOutOfStock')).says,
    RecipientCorrected: ({ data }) => {
      const before = orderIn('PAID', data)
      const phone = data.phoneChanged ? '010-1111-2222' : before.recipient.phone
      const decision = correct(before, { ...before.recipient, phone, address: '분당' })
      return typeof decision === 'object' ? decision.says : []
    },
    OrderExpired: ({ data }) => order.expire(orderIn('PAYMENT_FAILED', data)).says,
  },
  payment: {
    Paid: ({ data }) => charged(data, 'charged').says,
    PaymentDeclined: ({ data }) => charged(data, 'declined').says,
    PartlyRefunded: ({ data }) => partlyRefunded(data).says,
    PaymentCancelled: ({ data }) =>
      refunded(ending.follows.OrderCancelled(charged(data, 'charged').payment, sampleOf('OrderCancelled'))),
    ForciblyCancelled: ({ data }) =>
      refunded(ending.follows.Rejected(charged(data, 'charged').payment, sampleOf('Rejected'))),
  },
  item: {
    ItemRegistered: ({ data: { itemId, storeId, name, price, available, madeToOrder } }) =>
      item.register({ id: itemId, storeId, name, price, stock: madeToOrder ? null : available }).says,
    ItemPriceChanged: ({ data }) => item.changePrice(itemBefore(data), data.price).says,
    ItemWithdrawn: ({ data }) => item.withdraw(itemBefore(data)).says,
    StockChanged: ({ data }) => {
      const changed = item.changeStock(itemBefore({ ...data, available: 5 }), data.available - 5)
      return 'says' in changed ? changed.says : []
    },
    StockReserved: ({ data: { stock, ...data } }) => {
      const items = stock.map((level, at) =>
        itemBefore({ ...level, available: level.available + (data.lines[at]?.quantity ?? 0) }),
      )
      return reservation.react(null, { type: 'OrderConfirmed', data }, items)?.says ?? []
    },
    ItemOutOfStock: ({ data: { orderId, itemIds } }) => {
      const line = { name: 'roses set n1', unitPrice: { amount: 55_000, currency: 'KRW' as const }, quantity: 3 }
      const data = {
        ...sampleOf('OrderConfirmed').data,
        orderId,
        lines: itemIds.map((itemId) => ({ ...line, itemId })),
      }
      const items = itemIds.map((itemId) => itemBefore({ itemId, itemVersion: 4, available: 2 }))
      return reservation.react(null, { type: 'OrderConfirmed', data }, items)?.says ?? []
    },
    StockReleased: ({ data: { orderId, stock } }) => {
      const reserved: reservation.Reservation = {
        id: orderId,
        status: 'RESERVED',
        lines: stock.map(({ itemId }) => ({ itemId, quantity: 1 })),
      }
      const items = stock.map((level) => itemBefore({ ...level, available: level.available - 1 }))
      return reservation.react(reserved, sampleOf('OrderCancelled'), items)?.says ?? []
    },
  },
  store: {
    StoreRegistered: ({ data: { storeId, ...given } }) => store.register({ ...given, id: storeId }).says,
    CalendarChanged: ({ data: { storeId, version, ...calendar } }) => {
      const existing = { id: storeId, calendarVersion: version - 1, calendar: DEFAULT_CALENDAR }
      const decision = storeCalendar.changeCalendar(existing, { storeId, calendar, expectedVersion: version - 1 })
      return 'says' in decision ? decision.says : []
    },
    Received: ({ data }) => worked(data, 'NEW', { type: 'receiveOrder' }),
    Decorated: ({ data }) => worked(data, 'RECEIVED', { type: 'decorateOrder' }),
    Rejected: ({ data: { orderId, reason } }) =>
      reason === 'NOT_ACCEPTED'
        ? (storeOrder.rejectUnaccepted(someStoreOrder({ id: orderId, acceptBy: now }), now)?.says ?? [])
        : worked({ orderId }, 'NEW', { type: 'rejectOrder', reason: 'no roses today' }),
    RegistrationCancelled: ({ data: { orderId, decorated } }) => {
      const request = { type: 'CancellationRequested', data: { orderId } } as const
      return storeOrder.follow(storeOrderIn(decorated ? 'DECORATED' : 'RECEIVED', { orderId }), request)?.says ?? []
    },
  },
  delivery: {
    DeliveryRequested: ({ data }) => {
      if (!data.attempt) return delivery.request(null, { ...sampleOf('Decorated').data, ...data })?.says ?? []
      const { startsAt, endsAt, timeZone } = data.promise ?? { startsAt: '', endsAt: '', timeZone: '' }
      const window = { startsAt: new Date(startsAt), endsAt: new Date(endsAt), timeZone }
      return sayingOf(attempts.requestAgain(failed(data.orderId).delivery, window))
    },
    DepartedForDelivery: ({ data: { orderId, riderId, attempt } }) => departed(orderId, riderId, attempt).says,
    DeliveryAttemptFailed: ({ data: { orderId, attempt, reason } }) => failed(orderId, attempt, reason).says,
    FlowersReturned: ({ data: { orderId } }) => sayingOf(attempts.bringBack(failed(orderId).delivery, rider(), now)),
    DeliveryCompleted: ({ data: { orderId } }) => {
      const proof = { note: 'at the door' }
      const told = { note: proof.note, phoneAt: null }
      return sayingOf(attempts.complete(departed(orderId).delivery, rider(), proof, told, now))
    },
    DeliveryCancelled: ({ data: { orderId } }) => delivery.cancel(requested(orderId), orderId)?.says ?? [],
    CancellationRefused: ({ data: { orderId } }) => delivery.cancel(departed(orderId).delivery, orderId)?.says ?? [],
  },
  account: {
    UserErased: ({ data: { userId: id } }) => erase({ id, name: '이하늘', roles: ['CUSTOMER'] }).says,
  },
}

const orderIn = (status: order.OrderStatus, { orderId }: { orderId: string }) => ({ ...someOrder(status), id: orderId })

const now = new Date('2026-11-23T12:00:00Z')

/** The payment after its first charge with this outcome. */
function charged({ orderId, amount }: Fact<'Paid'>['data'], outcome: providerCalls.Outcome) {
  const [key, cause, customerId] = ['key', 'command', 'customer']
  const request = { orderId, customerId, amount, token: 'tok_ok', key, cause, at: now }
  const begun = payment.charge(null, request, now)
  if (!('call' in begun)) throw new Error('The first charge of an order must be sent to the provider.')
  return providerCalls.applyOutcome(begun.payment, begun.call, outcome, now)
}

/** The payment of 100,000 after this part of it was returned. */
function partlyRefunded({ orderId, refundId: id, amount }: Fact<'PartlyRefunded'>['data']) {
  const { payment } = charged({ orderId, amount: { amount: 100_000, currency: 'KRW' } }, 'charged')
  const request = { id, refundKey: 'key', amount, reason: 'a lily was missing', cause: 'command', at: now }
  const begun = partRefunds.beginPart(payment, request, now)
  if ('type' in begun) throw new Error(begun.message)
  return providerCalls.applyOutcome(begun.payment, begun.call, 'refunded', now)
}

/** The facts that are said after a refund has been made. */
function refunded(closed: payment.Payment | null) {
  if (!closed) throw new Error('There is no payment.')
  const asked = providerCalls.nextCall(closed, now)
  return providerCalls.applyOutcome(asked.payment, asked.call, 'refunded', now).says
}

type Changed = { itemId: string; itemVersion: number; available?: number; madeToOrder?: boolean }

/** An item before the change that a sample is about. */
const itemBefore = ({ itemId: id, itemVersion, available = 7, madeToOrder = false }: Changed): item.Item => ({
  id,
  storeId: sampleOf('StoreRegistered').data.storeId,
  name: 'roses set n1',
  price: { amount: 50_000, currency: 'KRW' },
  available,
  madeToOrder,
  photo: null,
  withdrawn: false,
  // Orders do not change what is made to order.
  itemVersion: madeToOrder ? itemVersion : itemVersion - 1,
})

type Whose = { orderId: string } & Partial<
  Pick<storeOrder.OpenedOrder, 'storeId' | 'ownerId' | 'customerId' | 'promise'>
>

const storeOrderIn = (status: storeOrder.StoreOrderStatus, { orderId: id, ...whose }: Whose) =>
  someStoreOrder({ ...whose, id, status })

/** The facts that the florist's command says on an order in the given state. */
function worked(whose: Whose, status: storeOrder.StoreOrderStatus, command: storeOrder.Command) {
  const decision = storeOrder.act(storeOrderIn(status, whose), command)
  return 'says' in decision ? decision.says : []
}

/** A delivery that waits for a rider, for its first attempt or its second one. */
function requested(orderId: string, attempt = 1): delivery.KnownDelivery {
  const whose = { orderId, storeId: 'store', ownerId: 'owner', customerId: 'customer' }
  const made = delivery.request(null, whose)?.delivery
  if (!made || !delivery.isKnown(made)) throw new Error('It is requested.')
  return { ...made, attempt }
}

const rider = (riderId = 'rider', attempt = 1) => ({ riderId, attempt })

function departed(orderId: string, riderId?: string, attempt?: number) {
  return decided(attempts.depart(requested(orderId, attempt), rider(riderId, attempt), now, null))
}

function failed(orderId: string, attempt?: number, reason: delivery.AttemptReason = 'NOBODY_HOME') {
  const before = departed(orderId, 'rider', attempt).delivery
  return decided(attempts.fail(before, rider('rider', attempt), reason, { note: null, phoneAt: null }, now))
}

function decided(decision: ReturnType<typeof attempts.depart>): delivery.Decision<delivery.KnownDelivery> {
  if ('message' in decision) throw new Error(decision.message)
  return decision
}

const sayingOf = (decision: ReturnType<typeof attempts.depart>) => decided(decision).says

describe.each(Object.entries(PUBLISHERS))('%s', (publisher, says) => {
  const own = samples.filter(({ wire }) => wire.type in says)

  it('says all of its facts, and no others', () => {
    const facts: { [publisher: string]: object } = published
    expect(Object.keys(says)).toEqual(expect.arrayContaining(Object.keys(facts[publisher] ?? {})))
    expect(new Set(own.map(({ wire }) => wire.type))).toEqual(new Set(Object.keys(says)))
  })

  it.each(own)('says $file', ({ wire }) => {
    const sample = readFact(wire)
    // The function under a fact's name takes this fact, which TypeScript cannot infer.
    const say = (says as { [Name in FactName]?: (sample: Fact) => SaidBy<Publisher>[] })[sample.type]
    const said = say?.(sample) ?? []
    expect(said).toEqual([{ type: wire.type, data: wire.data }])

    const stamp = stampWith({ now: () => new Date(sample.occurredAt), newId: () => sample.id })
    const stamped = said.map((fact) => stamp(fact, sample.causationId))
    const [key, subject] = [keyOf(sample), subjectOf(sample.type, sample.correlationId)]
    expect(JSON.parse(JSON.stringify(stamped))).toEqual([{ id: sample.id, key, subject, message: wire }])
  })
})
