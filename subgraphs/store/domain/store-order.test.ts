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
  type StoreOrder,
} from './store-order.ts'

const orderId = 'the order'
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
]

/** docs/language.md, "store": state, command or fact, becomes, says. */
const TABLE: [State[], string, State, string][] = [
  [['none'], 'StockReserved', 'NEW', '-'],
  [['none', 'TOMBSTONE'], 'CancellationRequested', 'TOMBSTONE', 'RegistrationCancelled{false}'],
  [['none'], 'OrderCancelled', 'TOMBSTONE', '-'],
  [['NEW'], 'receiveOrder', 'RECEIVED', 'Received'],
  [['RECEIVED'], 'decorateOrder', 'DECORATED', 'Decorated'],
  [['NEW', 'RECEIVED'], 'rejectOrder', 'REJECTED', 'Rejected'],
  [['NEW', 'RECEIVED'], 'CancellationRequested', 'CANCELLED', 'RegistrationCancelled{false}'],
  [['DECORATED'], 'CancellationRequested', 'DECORATED', 'RegistrationCancelled{true}'],
  [['HANDED_OVER'], 'CancellationRequested', 'HANDED_OVER', 'RegistrationCancelled{true}'],
  [['DELIVERED'], 'CancellationRequested', 'DELIVERED', 'RegistrationCancelled{true}'],
  [['NEW', 'RECEIVED', 'DECORATED'], 'OrderCancelled', 'CANCELLED', '-'],
  [['DECORATED'], 'DeliveryCancelled', 'CANCELLED', '-'],
  [['DECORATED'], 'DepartedForDelivery', 'HANDED_OVER', '-'],
  [['DECORATED', 'HANDED_OVER'], 'DeliveryCompleted', 'DELIVERED', '-'],
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
  const unsaid = { rejectionReason: null, rejectionCause: null, substituted: null }
  return { id: orderId, status, ...nothing, ...unsaid, refundedTotal: 0, revision: 0 }
}

const facts: { [Name in Followed]: Said<Name> } = {
  CancellationRequested: { type: 'CancellationRequested', data: { orderId } },
  OrderCancelled: { type: 'OrderCancelled', data: { orderId, reason: 'CUSTOMER' } },
  DeliveryCancelled: { type: 'DeliveryCancelled', data: { orderId } },
  DepartedForDelivery: { type: 'DepartedForDelivery', data: { orderId, riderId: 'the rider' } },
  DeliveryCompleted: { type: 'DeliveryCompleted', data: { orderId } },
}
const commands: Command[] = [
  { type: 'receiveOrder' },
  { type: 'decorateOrder' },
  { type: 'rejectOrder', reason: 'no roses' },
]

/** A decision in the words of the table; `ignored` if nothing changes. */
const outcome = (decision: Decision | null): [State, string] | 'ignored' => {
  if (!decision) return 'ignored'
  const said = decision.says.map(({ type, data }) => ('decorated' in data ? `${type}{${data.decorated}}` : type))
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
