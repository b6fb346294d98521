import { afterAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { as, subgraph } from '../../../../proofs/testing/subgraph.ts'
import type { Calendar } from '../../../../schema/calendar/calendar.ts'
import type { Offer } from '../../domain/windows.ts'
import { readsOf } from '../../outbound/postgres/reads.ts'
import { keepingOnPostgres } from '../../testing/database.ts'
import { riderId } from '../../testing/orders.ts'
import { openShop, rigOn } from '../../testing/rig.ts'
import { calendarWith } from '../../testing/shop-with-windows.ts'
import { resolversOn } from './resolvers.ts'

const keeping = await keepingOnPostgres()
const at = rigOn(keeping, await openShop(keeping))
const { run, entities } = subgraph(new URL('./order.graphql', import.meta.url), resolversOn(at), (claims) => ({
  claims,
  reads: readsOf(keeping.orm),
}))
afterAll(keeping.close)

const customer = as('CUSTOMER', at.customer)
const owner = as('STORE_OWNER', at.owner)
const rider = as('RIDER', riderId)
const otherRider = as('RIDER')
const machine = { sub: 'machine', roles: [], scopes: [] }
const strangers: Claims[] = [as('CUSTOMER'), as('STORE_OWNER'), machine, null]

const FIELDS = `
  id status placedAt lines { item { id } name unitPrice { amount currency } quantity } total { amount currency }
  recipient { name phone address postalCode } cardMessage payBy customer { id disclosed } store { id }
  deliveryFee { amount currency } promise { startsAt endsAt timeZone }
  ribbon { phrase from } sender { name anonymous } substitution`

describe('an order', () => {
  const order = `query ($id: ID!) { order(id: $id) { ${FIELDS} } }`
  const everything = (id: string, status: string) => ({
    id,
    status,
    placedAt: '2026-01-01T00:00:00.000Z',
    lines: [{ item: { id: at.rose }, name: '장미', unitPrice: { amount: 50_000, currency: 'KRW' }, quantity: 2 }],
    total: { amount: 100_000, currency: 'KRW' },
    recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울', postalCode: null },
    deliveryFee: { amount: 0, currency: 'KRW' },
    promise: {
      startsAt: '2026-01-01T03:00:00.000Z',
      endsAt: '2026-01-01T06:00:00.000Z',
      timeZone: 'Asia/Seoul',
    },
    ribbon: { phrase: '축 개업', from: null },
    sender: { name: '하늘', anonymous: false },
    substitution: 'EQUAL_VALUE',
    cardMessage: '생일 축하해',
    payBy: '2026-01-01T00:30:00.000Z',
    customer: { id: at.customer, disclosed: true },
    store: { id: at.store },
  })
  const stories: { [status: string]: (id: string) => Promise<unknown> } = {
    PAID: async () => {},
    DECORATED: (id) => at.follow(id, 'Decorated'),
    OUT_FOR_DELIVERY: (id) => at.follow(id, 'DepartedForDelivery'),
    DELIVERY_FAILED: (id) => at.follow(id, 'DepartedForDelivery', 'DeliveryAttemptFailed'),
    DELIVERED: (id) => at.follow(id, 'DeliveryCompleted'),
    RETURNED: (id) => at.follow(id, 'FlowersReturned'),
  }

  it.each(Object.entries(stories))(
    'that is %s may be read by its customer and owner, and no rider',
    async (status, tell) => {
      const id = await at.placedWith({ ribbon: { phrase: '축 개업' }, sender: { name: '하늘' } })
      await tell(id)
      const of = [{ __typename: 'Order', id }]
      for (const reader of [customer, owner, rider, otherRider, ...strangers]) {
        const seen = reader === customer || reader === owner ? everything(id, status) : null
        expect(await run(reader, order, { id })).toEqual({ data: { order: seen } })
        expect(await entities(reader, `... on Order { ${FIELDS} }`, of)).toEqual({ data: { _entities: [seen] } })
      }
    },
  )

  it('whose sender is anonymous gives the customer away to nobody else', async () => {
    const id = await at.placedWith({ sender: { name: '하늘', anonymous: true }, cardMessage: null })
    const sender = { name: '하늘', anonymous: true }
    const shown = { ...everything(id, 'PAID'), ribbon: null, cardMessage: null }
    const of = [{ __typename: 'Order', id }]
    const seenBy = async (reader: Claims) => {
      const { data } = await entities(reader, `... on Order { ${FIELDS} }`, of)
      expect(await run(reader, order, { id })).toEqual({ data: { order: data._entities[0] } })
      return data._entities[0]
    }
    expect(await seenBy(customer)).toEqual({ ...shown, sender })
    expect(await seenBy(owner)).toEqual({ ...shown, sender: null, customer: null })
    const link = [{ __typename: 'Tracking', orderId: id }]
    expect(await entities(null, '... on Tracking { sender }', link)).toEqual({
      data: { _entities: [{ sender: null }] },
    })
  })

  it('tells the recipient in whose name it is sent, for whom delivery refers to it', async () => {
    const [named, unnamed] = [await at.placedWith({ sender: { name: '하늘' } }), await at.placed()]
    const of = [named, unnamed, newId()].map((orderId) => ({ __typename: 'Tracking', orderId }))
    expect((await entities(null, '... on Tracking { sender }', of)).data._entities).toEqual([
      { sender: '하늘' },
      { sender: null },
      { sender: null },
    ])
  })

  it('shows on its delivery what a rider needs, by what delivery says of the rider', async () => {
    const recipient = { name: '홍길동', phone: '010-1234-5678', address: '서울', postalCode: '06236' }
    const id = await at.placedWith({ recipient })
    const fields = '... on Delivery { recipient { name phone address postalCode } district lines { name } }'
    const seenBy = async (reader: Claims, says: { waits: boolean; riderId: string | null }) =>
      (await entities(reader, fields, [{ __typename: 'Delivery', id, ...says }])).data._entities[0]
    const all = { recipient, district: '062', lines: [{ name: '장미' }] }
    const nothing = { recipient: null, district: null, lines: null }
    const waiting = { waits: true, riderId: null }
    const carried = { waits: false, riderId }
    const over = { waits: false, riderId: null }
    for (const says of [waiting, carried, over]) {
      for (const reader of [customer, owner]) expect(await seenBy(reader, says)).toEqual(all)
      for (const reader of strangers) expect(await seenBy(reader, says)).toEqual(nothing)
    }
    for (const reader of [rider, otherRider]) {
      expect(await seenBy(reader, waiting)).toEqual({ ...all, recipient: null })
      expect(await seenBy(reader, over)).toEqual(nothing)
    }
    expect([await seenBy(rider, carried), await seenBy(otherRider, carried)]).toEqual([all, nothing])
    // Who has a rider's id, but not the role.
    expect(await seenBy(as('CUSTOMER', riderId), carried)).toEqual(nothing)
  })

  it('of the release before, which knew no windows, costs nothing to deliver and promises nothing', async () => {
    const id = newId()
    const recipient = { name: '홍길동', phone: '010-1234-5678', address: '서울' }
    await keeping.orm.em.fork().execute(
      `insert into orders (id, customer_id, store_id, status, lines, total, recipient, placed_at, pay_by, awaits_rider)
       values (?, ?, ?, 'AWAITING_PAYMENT', '[]', ?, ?, now(), now(), false)`,
      [id, at.customer, at.store, JSON.stringify({ amount: 1, currency: 'KRW' }), JSON.stringify(recipient)],
    )
    const { data } = await run(owner, order, { id })
    expect(data.order).toMatchObject({
      deliveryFee: { amount: 0, currency: 'KRW' },
      promise: null,
      ribbon: null,
      sender: null,
      substitution: null,
      recipient: { ...recipient, postalCode: null },
    })
    const cancel = `mutation ($input: CancelOrderInput!) {
      cancelOrder(input: $input) { ... on OrderPayload { order { status deliveryFee { amount } } } } }`
    const cancelled = await run(customer, cancel, { input: { orderId: id } })
    expect(cancelled.data.cancelOrder.order).toEqual({ status: 'CANCELLED', deliveryFee: { amount: 0 } })
  })

  it('that is not there is null to all', async () => {
    for (const id of [newId(), 'no id']) {
      for (const reader of [customer, owner, rider, null]) {
        expect(await run(reader, order, { id })).toEqual({ data: { order: null } })
      }
    }
  })

  it('is read with all others by one query for orders and one for their stores', async () => {
    const other = rigOn(keeping, await openShop(keeping))
    const ids = [await at.placed(), await other.placed(), newId(), 'no id', await at.placed()]
    const of = ids.map((id) => ({ __typename: 'Order', id }))
    const { answer, queries } = await keeping.queriesOf(() => entities(owner, '... on Order { id }', of))
    expect(answer.data._entities).toEqual([{ id: ids[0] }, null, null, null, { id: ids[4] }])
    expect(queries).toBe(2)
  })
})

describe('the delivery days of a store', () => {
  const OFFER = 'windowId startsAt endsAt orderBy fee { amount } open'
  const daysOf = async (store: string, given = '', fields = OFFER) => {
    const { data, errors } = await entities(
      null,
      `... on Store { days: deliveryDays${given} { date windows { ${fields} } } }`,
      [{ __typename: 'Store', id: store }],
    )
    return errors ?? data._entities[0].days
  }
  const shop = async (calendar: Partial<Calendar> & { limit?: number }) => {
    const { limit = null, ...change } = calendar
    const here = rigOn(keeping, await openShop(keeping))
    const data = { ...calendarWith([['12:00', '15:00', limit]], change), storeId: here.store, version: 1 }
    await here.say({ type: 'CalendarChanged', data })
    return here
  }

  it('are 14 from today on, in the store’s time zone, with all windows, for everyone', async () => {
    const days = await daysOf(at.store)
    expect(days).toHaveLength(14)
    expect(days[0].date).toBe('2026-01-01')
    expect(days[0].windows.map(({ startsAt, open }: Offer) => [startsAt, open])).toEqual([
      ['2026-01-01T00:00:00.000Z', false], // It is 09:00, so it is too late.
      ['2026-01-01T03:00:00.000Z', true],
      ['2026-01-01T06:00:00.000Z', true],
      ['2026-01-01T09:00:00.000Z', true],
    ])
    expect(days[1].windows[0]).toMatchObject({
      startsAt: '2026-01-02T00:00:00.000Z',
      endsAt: '2026-01-02T03:00:00.000Z',
      orderBy: '2026-01-01T23:00:00.000Z',
      fee: { amount: 0 },
      open: true,
    })
    const ordered = await at.placedWith({ windowId: days[1].windows[0].windowId })
    expect((await at.order(ordered))?.promise?.startsAt).toBe(days[1].windows[0].startsAt)
    expect(
      (await daysOf(at.store, '(from: "2026-03-31", days: 31)')).map(({ date }: { date: string }) => date),
    ).toEqual(['2026-03-31', '2026-04-01'])
  })

  it('show what is full or closed', async () => {
    const here = await shop({ limit: 1, closedDays: ['2026-01-02'] })
    const days = () => daysOf(here.store, '(days: 3)', 'open')
    const open = (is: boolean) => [{ open: is }]
    expect(await days()).toMatchObject([{ windows: open(true) }, { windows: [] }, { windows: open(true) }])
    const orderId = await here.placed()
    expect(await days()).toMatchObject([{ windows: open(false) }, { windows: [] }, { windows: open(true) }])
    await here.follow(orderId, 'Rejected')
    expect(await days()).toMatchObject([{ windows: open(true) }, { windows: [] }, { windows: open(true) }])
  })

  it('tell the fee where it is known, and whether it is delivered there', async () => {
    const here = await shop({ areas: [{ postalCodePrefix: '13', fee: 5_000 }] })
    const window = async (given: string) => (await daysOf(here.store, given, 'fee { amount } open'))[0].windows[0]
    expect(await window('')).toEqual({ fee: null, open: true })
    expect(await window('(postalCode: "13400")')).toEqual({ fee: { amount: 5_000 }, open: true })
    // In whatever spelling placeOrder takes.
    for (const typed of ['１３４００', ' 13400 '])
      expect(await window(`(postalCode: "${typed}")`)).toEqual({ fee: { amount: 5_000 }, open: true })
    expect(await window('(postalCode: " ")')).toEqual({ fee: null, open: true })
    expect(await window('(postalCode: "06000")')).toEqual({ fee: null, open: false })
    expect(await daysOf(at.store, '(days: 1, postalCode: "06000")', 'fee { amount }')).toMatchObject([
      { windows: [{ fee: { amount: 0 } }, {}, {}, {}] },
    ])
  })

  it.each([
    '(days: 0)',
    '(days: 32)',
    '(postalCode: "1234")',
    '(postalCode: "1234x")',
    '(from: "2025-12-31")',
    '(from: "2026-04-02")',
    '(from: "2026-02-30")',
  ])('are within limits: %s', async (given) => {
    expect(await daysOf(at.store, given)).toEqual(['BAD_USER_INPUT'])
  })

  it('are null of a store that is not there', async () => {
    expect(await daysOf(newId())).toBeNull()
    expect(await daysOf('no id')).toBeNull()
  })

  it('of many stores are read by one query each for stores, calendars and places', async () => {
    const shops = [await shop({ limit: 3 }), await shop({ limit: 2 }), at]
    const of = shops.map(({ store: id }) => ({ __typename: 'Store', id }))
    const fields = `... on Store { deliveryDays(days: 31) { windows { open } } }`
    const { answer, queries } = await keeping.queriesOf(() => entities(null, fields, of))
    expect(answer.data._entities).toHaveLength(3)
    expect(queries).toBe(3)
  })
})

describe('the mutations', () => {
  const paid = `
    ... on OrderPayload { order { id status total { amount } } }
    ... on PaymentDeclined { order { id status total { amount } } }
    ... on PaymentDeferred { order { id status total { amount } } retryAfter payBy }
    ... on InvalidInput { problems { path message code limit } }
    ... on Failure { message }`
  const placeOrder = `mutation ($input: PlaceOrderInput!) {
    answer: placeOrder(input: $input) {
      __typename ${paid} ... on ItemUnavailable { itemIds }
      ... on WindowUnavailable { why instead { windowId startsAt fee { amount } open } }
    }
  }`
  const payOrder = `mutation ($input: PayOrderInput!) {
    answer: payOrder(input: $input) { __typename ${paid} ... on WrongState { status } }
  }`
  const cancelOrder = `mutation ($input: CancelOrderInput!) {
    answer: cancelOrder(input: $input) {
      __typename ... on OrderPayload { order { id status } } ... on WrongState { status } ... on Failure { message }
    }
  }`
  const answerTo = async (source: string, input: object, claims: Claims = customer) => {
    const { data, errors } = await run(claims, source, { input })
    expect(errors).toBeUndefined()
    return data.answer
  }
  const placing = (change: object = {}) => ({ ...at.placeInput({ idempotencyKey: newId() }), ...change })

  it('are for customers', async () => {
    const orderId = await at.placed()
    for (const [mutation, input] of [
      [placeOrder, placing()],
      [payOrder, { orderId, paymentToken: 'tok_ok' }],
      [cancelOrder, { orderId }],
    ] as const) {
      for (const reader of [owner, rider, machine, as('CUSTOMER', 'not one of ours')]) {
        expect(await run(reader, mutation, { input })).toEqual({ data: { answer: null }, errors: ['FORBIDDEN'] })
      }
      expect(await run(null, mutation, { input })).toEqual({ data: { answer: null }, errors: ['UNAUTHENTICATED'] })
    }
    expect(await at.status(orderId)).toBe('PAID')
  })

  it('placeOrder returns the present order, or a failure', async () => {
    const unpaid = { id: expect.any(String), status: 'AWAITING_PAYMENT', total: { amount: 100_000 } }
    const message = expect.any(String)
    const input = placing()
    expect(await answerTo(placeOrder, input)).toEqual({
      __typename: 'OrderPayload',
      order: { ...unpaid, status: 'PAID' },
    })
    const conflicting = { ...input, cardMessage: 'another' }
    expect(await answerTo(placeOrder, conflicting)).toEqual({ __typename: 'IdempotencyConflict', message })

    at.payment.answers.push({ answer: 'Declined' }, { answer: 'Deferred', retryAfterSeconds: 3 })
    const order = { ...unpaid, status: 'PAYMENT_FAILED' }
    expect(await answerTo(placeOrder, placing())).toEqual({ __typename: 'PaymentDeclined', order, message })
    const waits = { order: unpaid, retryAfter: 3, payBy: '2026-01-01T00:30:00.000Z' }
    expect(await answerTo(placeOrder, placing())).toEqual({ __typename: 'PaymentDeferred', ...waits, message })

    const gone = await answerTo(placeOrder, placing({ windowId: 'gone' }))
    const instead = [{ startsAt: '2026-01-01T03:00:00.000Z', fee: { amount: 0 }, open: true }, {}, {}, {}, {}]
    expect(gone).toMatchObject({ __typename: 'WindowUnavailable', why: 'GONE', instead, message })

    const lines = [{ itemId: at.rose, quantity: 21 }]
    const itemIds = [at.rose]
    expect(await answerTo(placeOrder, placing({ lines }))).toEqual({ __typename: 'ItemUnavailable', itemIds, message })
    const many = placing({ lines: [{ itemId: at.rose, quantity: 1_000 }] })
    const problems = [
      { path: ['lines', '0', 'quantity'], message: 'The quantity must be at most 999.', code: 'TOO_LARGE', limit: 999 },
    ]
    expect(await answerTo(placeOrder, many)).toEqual({ __typename: 'InvalidInput', problems, message })
  })

  it('payOrder returns the present order, or a failure', async () => {
    const orderId = await at.placed({ answer: 'Declined' })
    const input = { orderId, paymentToken: 'tok_ok' }
    at.payment.answers.push({ answer: 'Deferred', retryAfterSeconds: 3 })
    expect(await answerTo(payOrder, input)).toMatchObject({ __typename: 'PaymentDeferred', retryAfter: 3 })
    expect(await answerTo(payOrder, input, as('CUSTOMER'))).toMatchObject({ __typename: 'NotFound' })
    const problems = [{ path: ['paymentToken'], code: 'REQUIRED', limit: null }]
    expect(await answerTo(payOrder, { ...input, paymentToken: ' ' })).toMatchObject({
      __typename: 'InvalidInput',
      problems,
    })
    expect(await answerTo(payOrder, input)).toMatchObject({ __typename: 'OrderPayload', order: { status: 'PAID' } })
    await at.cancel(orderId)
    expect(await answerTo(payOrder, input)).toMatchObject({ __typename: 'WrongState', status: 'CANCELLING' })
  })

  it('cancelOrder returns the present order, or a failure', async () => {
    const orderId = await at.placed()
    expect(await answerTo(cancelOrder, { orderId }, as('CUSTOMER'))).toMatchObject({ __typename: 'NotFound' })
    const order = { id: orderId, status: 'CANCELLING' }
    expect(await answerTo(cancelOrder, { orderId, reason: 'too late' })).toEqual({ __typename: 'OrderPayload', order })
    await at.follow(orderId, 'CancellationRefused')
    const wrong = { __typename: 'WrongState', status: 'OUT_FOR_DELIVERY', message: expect.any(String) }
    expect(await answerTo(cancelOrder, { orderId })).toEqual(wrong)
  })
})
