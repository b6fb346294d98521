import { describe, expect, it } from '@jest/globals'
import type { Said } from '../../../schema/events/facts.ts'
import { someStoreOrder } from '../testing/orders.ts'
import {
  act,
  type Command,
  type Decision,
  type Followed,
  follow,
  mayRead,
  noteRefund,
  open,
  rejectionCauseOf,
  rejectUnaccepted,
  type StoreOrder,
} from './store-order.ts'

const orderId = 'the order'
const now = new Date('2026-05-08T03:00:00Z')
const promise = { startsAt: '2026-05-09T00:00:00Z', endsAt: '2026-05-09T03:00:00Z', timeZone: 'Asia/Seoul' }
const parties = { storeId: 'the store', ownerId: 'the owner', customerId: 'the customer' }

type State = StoreOrder['status'] | 'none'
const STATES: State[] = [
  'none',
  'TOMBSTONE',
  'NEW',
  'RECEIVED',
  'DECORATED',
  'REJECTED',
  'CANCELLED',
  'HANDED_OVER',
  'DELIVERED',
  'RETURNED',
]

/** docs/language.md, "store": state, command or fact, becomes, says. */
const TABLE: [State[], string, State, string][] = [
  [['none'], 'StockReserved', 'NEW', '-'],
  [['none', 'TOMBSTONE'], 'CancellationRequested', 'TOMBSTONE', 'RegistrationCancelled{false}'],
  [['none'], 'OrderCancelled', 'TOMBSTONE', '-'],
  [['NEW'], 'receiveOrder', 'RECEIVED', 'Received'],
  [['RECEIVED'], 'decorateOrder', 'DECORATED', 'Decorated'],
  [['NEW', 'RECEIVED'], 'rejectOrder', 'REJECTED', 'Rejected'],
  [['NEW'], 'the timer', 'REJECTED', 'Rejected{NOT_ACCEPTED}'],
  [['NEW', 'RECEIVED'], 'CancellationRequested', 'CANCELLED', 'RegistrationCancelled{false}'],
  [['DECORATED'], 'CancellationRequested', 'DECORATED', 'RegistrationCancelled{true}'],
  [['HANDED_OVER'], 'CancellationRequested', 'HANDED_OVER', 'RegistrationCancelled{true}'],
  [['DELIVERED'], 'CancellationRequested', 'DELIVERED', 'RegistrationCancelled{true}'],
  [['RETURNED'], 'CancellationRequested', 'RETURNED', 'RegistrationCancelled{true}'],
  [['NEW', 'RECEIVED', 'DECORATED'], 'OrderCancelled', 'CANCELLED', '-'],
  [['DECORATED'], 'DeliveryCancelled', 'CANCELLED', '-'],
  [['DECORATED'], 'DepartedForDelivery', 'HANDED_OVER', '-'],
  [['DECORATED', 'HANDED_OVER'], 'DeliveryCompleted', 'DELIVERED', '-'],
  [['DECORATED', 'HANDED_OVER'], 'FlowersReturned', 'RETURNED', '-'],
]

/** A repeated command answers as the first did. */
const REPEATED: [State, Command['type']][] = [
  ['RECEIVED', 'receiveOrder'],
  ['DECORATED', 'decorateOrder'],
  ['REJECTED', 'rejectOrder'],
]

const nothing = { storeId: null, ownerId: null, customerId: null, promise: null, substitution: null, acceptBy: null }
const inState = (status: State): StoreOrder | null => {
  if (status === 'none') return null
  if (status !== 'TOMBSTONE') return someStoreOrder({ id: orderId, status, ...parties, revision: 3 })
  const unsaid = { rejectionReason: null, rejectionCause: null, substituted: null, photo: null }
  return { id: orderId, status, ...nothing, ...unsaid, refundedTotal: 0, revision: 0 }
}

const facts: { [Name in Followed]: Said<Name> } = {
  CancellationRequested: { type: 'CancellationRequested', data: { orderId } },
  OrderCancelled: { type: 'OrderCancelled', data: { orderId, reason: 'CUSTOMER' } },
  DeliveryCancelled: { type: 'DeliveryCancelled', data: { orderId } },
  DepartedForDelivery: { type: 'DepartedForDelivery', data: { orderId, riderId: 'the rider' } },
  DeliveryCompleted: { type: 'DeliveryCompleted', data: { orderId } },
  FlowersReturned: { type: 'FlowersReturned', data: { orderId } },
}
const commands: Command[] = [
  { type: 'receiveOrder' },
  { type: 'decorateOrder' },
  { type: 'rejectOrder', reason: 'no roses' },
]

/** A decision in the words of the table; `ignored` if nothing changes. */
const outcome = (decision: Decision | null): [State, string] | 'ignored' => {
  if (!decision) return 'ignored'
  const said = decision.says.map(({ type, data }) => {
    const detail = 'decorated' in data ? data.decorated : 'reason' in data ? data.reason : undefined
    return detail === undefined ? type : `${type}{${detail}}`
  })
  return [decision.order.status, said.join() || '-']
}

const expected = (state: State, on: string): [State, string] | undefined => {
  const row = TABLE.find(([states, trigger]) => states.includes(state) && trigger === on)
  return row && [row[2], row[3]]
}

describe('an order in the store', () => {
  for (const state of STATES) {
    it.each(Object.values(facts))(`${state}: $type`, (fact) => {
      expect(outcome(follow(inState(state), fact))).toEqual(expected(state, fact.type) ?? 'ignored')
    })

    it(`${state}: StockReserved`, () => {
      const decision = open(inState(state), { orderId, ...parties })
      expect(outcome(decision)).toEqual(expected(state, 'StockReserved') ?? 'ignored')
    })

    it(`${state}: the timer`, () => {
      const order = inState(state)
      const waiting = order && order.status !== 'TOMBSTONE' ? { ...order, acceptBy: now } : order
      expect(outcome(rejectUnaccepted(waiting, now))).toEqual(expected(state, 'the timer') ?? 'ignored')
    })

    const order = inState(state)
    // A missing order or a tombstone has no owner, so no command reaches it (store.test.ts).
    if (!order || order.status === 'TOMBSTONE') continue
    it.each(commands)(`${state}: $type`, (command) => {
      const decision = act(order, command)
      const repeated = REPEATED.some(([status, type]) => status === state && type === command.type)
      if (repeated) expect(decision).toEqual({ order, says: [] })
      else if ('type' in decision) {
        expect(expected(state, command.type)).toBeUndefined()
        expect(decision).toEqual({ type: 'WrongState', status: state, message: expect.stringContaining(state) })
      } else expect(outcome(decision)).toEqual(expected(state, command.type))
    })
  }

  it('grows its revision by one with each change, and with nothing else', () => {
    expect(open(null, { orderId, ...parties })?.order.revision).toBe(1)
    for (const state of STATES) {
      const order = inState(state)
      if (!order || order.status === 'TOMBSTONE') continue
      const acted = commands.map((command) => act(order, command)).filter((decision) => 'order' in decision)
      const followed = Object.values(facts).map((fact) => follow(order, fact))
      for (const decision of [...acted, ...followed]) {
        if (!decision) continue
        const isChanged = decision.order.status !== state
        expect(decision.order.revision).toBe(isChanged ? 4 : 3)
        expect(decision.order === order).toBe(!isChanged)
      }
    }
  })

  it('keeps the greatest total of what was returned in parts, in any state, also what was heard before it opened', () => {
    for (const state of STATES) {
      const order = inState(state)
      const isOpened = order !== null && order.status !== 'TOMBSTONE'
      const noted = noteRefund(order, 3_000)?.order
      expect(noted).toEqual(isOpened ? { ...order, refundedTotal: 3_000, revision: 4 } : undefined)
      expect(noteRefund(noted ?? null, 2_000)).toBeNull()
    }
    expect(open(null, { orderId, ...parties }, { refundedTotal: 3_000 })?.order).toMatchObject({
      refundedTotal: 3_000,
      revision: 1,
    })
  })

  it('tells delivery whose it is when it is decorated', () => {
    const order = someStoreOrder({ id: orderId, status: 'RECEIVED', ...parties, revision: 3 })
    expect(act(order, { type: 'decorateOrder' })).toMatchObject({
      says: [{ type: 'Decorated', data: { orderId, ...parties } }],
    })
  })

  it('keeps why it was rejected, and says it in no fact', () => {
    const order = someStoreOrder({ id: orderId, status: 'NEW', ...parties, revision: 3 })
    expect(act(order, { type: 'rejectOrder', reason: 'no roses' })).toEqual({
      order: { ...order, status: 'REJECTED', rejectionReason: 'no roses', rejectionCause: 'FLORIST', revision: 4 },
      says: [{ type: 'Rejected', data: { orderId } }],
    })
  })

  it('is rejected by itself at acceptBy, not before, and never without one', () => {
    const waiting = someStoreOrder({ acceptBy: now })
    expect(rejectUnaccepted(waiting, new Date(now.getTime() - 1))).toBeNull()
    expect(rejectUnaccepted(someStoreOrder(), now)).toBeNull()
    expect(rejectUnaccepted(waiting, now)).toEqual({
      order: { ...waiting, status: 'REJECTED', rejectionCause: 'NOT_ACCEPTED', revision: 2 },
      says: [{ type: 'Rejected', data: { orderId, reason: 'NOT_ACCEPTED' } }],
    })
  })

  it('that nobody accepted takes no reason of a florist who comes too late', () => {
    const rejected = rejectUnaccepted(someStoreOrder({ acceptBy: now }), now)?.order
    if (rejected?.status !== 'REJECTED') throw new Error('It was not rejected.')
    for (const command of commands)
      expect(act(rejected, command)).toMatchObject({ type: 'WrongState', status: 'REJECTED' })
  })

  it.each([
    ['REJECTED', 'NOT_ACCEPTED', 'NOT_ACCEPTED'],
    ['REJECTED', 'FLORIST', 'FLORIST'],
    ['REJECTED', null, 'FLORIST'], // by a process of the release before
    ['NEW', null, null],
    ['CANCELLED', null, null],
  ] as const)('%s for the cause %s was rejected by %s', (status, rejectionCause, cause) => {
    expect(rejectionCauseOf(someStoreOrder({ status, rejectionCause }))).toBe(cause)
  })

  it('carries its promise to delivery; one without says none', () => {
    const decorated = (given: object) =>
      act(someStoreOrder({ status: 'RECEIVED', ...given }), { type: 'decorateOrder' })
    const whose = { orderId, storeId: 'the store', ownerId: 'the owner', customerId: 'the customer' }
    expect(decorated({ promise })).toMatchObject({ says: [{ type: 'Decorated', data: { ...whose, promise } }] })
    expect(decorated({})).toHaveProperty('says.0.data', whose)
  })

  it('keeps what was used instead of a flower, and says it in no fact', () => {
    const received = someStoreOrder({ status: 'RECEIVED', substitution: 'EQUAL_VALUE' })
    const decision = act(received, { type: 'decorateOrder', substituted: 'lilies' })
    expect(decision).toMatchObject({ order: { status: 'DECORATED', substituted: 'lilies' } })
    expect(JSON.stringify('says' in decision && decision.says)).not.toContain('lilies')
    const again = 'order' in decision && act(decision.order, { type: 'decorateOrder', substituted: 'tulips' })
    expect(again).toMatchObject({ order: { substituted: 'lilies' }, says: [] })
  })

  it('has no other flowers if its customer wants the same only', () => {
    const received = someStoreOrder({ status: 'RECEIVED', substitution: 'SAME_ONLY' })
    expect(act(received, { type: 'decorateOrder', substituted: 'lilies' })).toMatchObject({
      type: 'InvalidInput',
      problems: [{ path: ['substituted'], code: 'NOT_ALLOWED' }],
    })
    expect(act(received, { type: 'decorateOrder' })).toMatchObject({
      order: { status: 'DECORATED', substituted: null },
    })
  })

  it.each([
    ['the owner', true],
    ['the customer', true],
    ['somebody else', false],
    ['the order', false],
  ])('is read by %s: %s', (reader, may) => {
    for (const state of STATES) {
      const order = inState(state)
      if (order) expect(mayRead(order, reader)).toBe(may && state !== 'TOMBSTONE')
    }
  })
})
