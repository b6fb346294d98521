import { randomUUID } from 'node:crypto'
import { until } from '../../chassis/testing/until.ts'
import { type Answer, ask } from '../../scripts/client.ts'
import { demoToken } from '../../scripts/token.ts'
import type { Stack } from '../testing/stack.ts'
import { idOf } from './ids.ts'

export const ORDER_FIELDS = `id status placedAt total { amount currency } payBy cardMessage recipient { name address }
  lines { name quantity unitPrice { amount } item { id } } customer { id name } store { id name }`

const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  __typename ... on OrderPayload { order { ${ORDER_FIELDS} } } ... on PaymentDeclined { order { id status } }
  ... on PaymentDeferred { retryAfter payBy order { id status } } ... on ItemUnavailable { itemIds }
  ... on TotalChanged { total { amount } } ... on TooManyDeclined { retryAfter }
  ... on WindowUnavailable { why instead { windowId open } }
  ... on InvalidInput { problems { path message } } ... on Failure { message } } }`

const REFUND_PART = `mutation ($input: RefundPartInput!) { refundPart(input: $input) {
  __typename ... on RefundPayload { payment { status refunded { amount } } refund { id status amount { amount } } }
  ... on RefundPending { refund { id status } } ... on RefundTooMuch { refundable { amount } } ... on WrongState { status }
  ... on InvalidInput { problems { path code } } ... on Failure { message } } }`

const MY_PAGE = `{ myPage(first: 100) { nodes { orderId revision orderStatus paymentStatus deliveryStatus storeName summary
  total { amount } refunded { amount } timeline { fact at } order { id status } } } }`

/** The facts in myPage's timeline of an order that is delivered without problems, sorted, because concurrent ones come in any order. */
export const FACTS_OF_AN_ORDER = [
  'Decorated',
  'DeliveryCompleted',
  'DeliveryRequested',
  'DepartedForDelivery',
  'OrderConfirmed',
  'Ordered',
  'Paid',
  'Received',
  'StockReserved',
]

/** The fields of a result that tests read; it has only those that its query selects. */
export type ResultFields = {
  __typename: string
  id: string
  status: string
  message: string
  order: ResultFields & { total: { amount: number }; recipient: { name: string } }
  itemIds: string[]
  [field: string]: unknown
}
export type Entry = {
  orderId: string
  revision: number
  orderStatus: string
  paymentStatus: string | null
  deliveryStatus: string | null
  storeName: string
  summary: string
  refunded: { amount: number }
  timeline: { fact: string; at: string }[]
}
export type MenuItem = {
  id: string
  name: string
  available: number | null
  price: { amount: number }
  store: { id: string }
}

/** The input for an order of one item with a new idempotency key and a token that the sandbox charges. */
export const orderOf = (item: MenuItem, quantity: number) => ({
  idempotencyKey: randomUUID(),
  storeId: item.store.id,
  lines: [{ itemId: item.id, quantity }],
  expectedTotal: { amount: item.price.amount * quantity, currency: 'KRW' },
  recipient: { name: '김받음', phone: '010-1234-5678', address: '경기도 성남시 분당구 1', postalCode: '13561' },
  cardMessage: '생일 축하해요',
  paymentToken: 'tok_ok',
})

const names = ['lee', 'hong', 'kj', 'bundang', 'rider', 'jung'] as const
/** A demo customer, numbered from 1. */
export type NumberedCustomer = `customer-${number}`
export type Person = (typeof names)[number] | NumberedCustomer | 'nobody'

/** Clients for the demo users and `customers` numbered customers, which use only the router. */
export async function people(stack: Pick<Stack, 'url' | 'dataDir'>, customers = 0) {
  const tokens = new Map<string, string>()
  const numbered = Array.from({ length: customers }, (_, index): NumberedCustomer => `customer-${index + 1}`)
  for (const name of [...names, ...numbered]) {
    const answer = await demoToken(name, stack.dataDir)
    if ('problem' in answer) throw new Error(answer.problem)
    tokens.set(name, answer.token)
  }

  const as = <Data = Record<string, ResultFields>>(
    who: Person,
    query: string,
    variables: object = {},
  ): Promise<Answer<Data>> => ask<Data>(stack.url, query, { variables, token: tokens.get(who), timeoutMs: 120_000 })

  /** The result of a mutation; throws if there is none. */
  const mutate = async (who: Person, mutation: string, variables: object): Promise<ResultFields> => {
    const answer = await as(who, mutation, variables)
    const result = Object.values(answer.data ?? {})[0]
    if (!result) throw new Error(JSON.stringify(answer))
    return result
  }

  const menu = async (): Promise<MenuItem[]> => {
    const query = '{ items(first: 100) { nodes { id name available price { amount } store { id } } } }'
    const answer = await as<{ items: { nodes: MenuItem[] } | null }>('nobody', query)
    return answer.data?.items?.nodes ?? []
  }
  const itemCalled = async (name: string): Promise<MenuItem> => {
    const item = (await menu()).find((item) => item.name === name)
    if (!item) throw new Error(`The menu has no item ${name}.`)
    return item
  }

  const steps = {
    receive: 'receiveOrder(input: { orderId: $id }) { __typename ... on StoreOrderPayload { storeOrder { status } }',
    decorate: 'decorateOrder(input: { orderId: $id }) { __typename ... on StoreOrderPayload { storeOrder { status } }',
    depart: 'departForDelivery(input: { deliveryId: $id }) { __typename ... on DeliveryPayload { delivery { status } }',
    complete:
      'completeDelivery(input: { deliveryId: $id }) { __typename ... on DeliveryPayload { delivery { status } }',
  }
  const customerMutations = {
    pay: 'payOrder(input: { orderId: $id, paymentToken: $token })',
    cancel: 'cancelOrder(input: { orderId: $id, reason: "changed my mind" })',
  }
  const paymentSelection = `{ __typename ... on OrderPayload { order { id status } } ... on PaymentDeclined { order { id status } }
    ... on PaymentDeferred { retryAfter payBy order { id status } } ... on WrongState { status } ... on Failure { message } }`

  const step = (who: Person, name: keyof typeof steps, orderId: string) => {
    const id = name === 'depart' || name === 'complete' ? idOf('Delivery', orderId) : orderId
    return mutate(who, `mutation ($id: ID!) { ${steps[name]} ... on Failure { message } } }`, { id })
  }

  /** The owner returns a part of what was paid. */
  const refundPart = (who: Person, orderId: string, amount: number, refundKey: string = randomUUID()) =>
    mutate(who, REFUND_PART, {
      input: { orderId, refundKey, amount: { amount }, reason: 'a lily was missing' },
    })

  const placeOnce = (who: Person, item: MenuItem, quantity: number, change: object = {}): Promise<ResultFields> =>
    mutate(who, PLACE, { input: { ...orderOf(item, quantity), ...change } })
  const payOnce = (who: Person, id: string, token = 'tok_ok') =>
    mutate(who, `mutation ($id: ID!, $token: String!) { ${customerMutations.pay} ${paymentSelection} }`, { id, token })
  /** Repeats a deferred payment with the same key or order, as an app does, because a busy machine may be slow. */
  const untilSettled = (pay: () => Promise<ResultFields>): Promise<ResultFields> =>
    until(async () => {
      const answer = await pay()
      return answer.__typename !== 'PaymentDeferred' && answer
    }, 'the payment is settled')

  return {
    as,
    mutate,
    /** A user's access token; undefined for nobody. */
    tokenOf: (who: Person) => tokens.get(who),
    placeOnce,
    payOnce,
    place: (who: Person, item: MenuItem, quantity: number, change: object = {}) => {
      const idempotencyKey = randomUUID()
      return untilSettled(() => placeOnce(who, item, quantity, { idempotencyKey, ...change }))
    },
    pay: (who: Person, id: string, token?: string) => untilSettled(() => payOnce(who, id, token)),
    cancel: (who: Person, id: string) =>
      mutate(
        who,
        `mutation ($id: ID!) { ${customerMutations.cancel} ${paymentSelection.replace(/\.\.\. on Payment\w+ {[^}]*} }/g, '')} }`,
        { id },
      ),
    reject: (who: Person, id: string, reason: string) =>
      mutate(
        who,
        `mutation ($id: ID!, $reason: String!) { rejectOrder(input: { orderId: $id, reason: $reason }) {
          __typename ... on StoreOrderPayload { storeOrder { status rejectionReason } } ... on WrongState { status } } }`,
        { id, reason },
      ),
    menu,
    itemCalled,
    step,
    /** Repeats the step until the order is ready for it. */
    stepWhenReady: (who: Person, name: keyof typeof steps, orderId: string): Promise<ResultFields> =>
      until(async () => {
        const result = await step(who, name, orderId).catch(() => null) // A process may be restarting.
        return result?.__typename.endsWith('Payload') && result
      }, `${who} can ${name}`),
    refundPart,
    /** Repeats the refund by one key until payment knows whose the order is, and the refund's outcome is known. */
    refundWhenReady: (who: Person, orderId: string, amount: number, refundKey: string = randomUUID()) =>
      until(async () => {
        const result = await refundPart(who, orderId, amount, refundKey)
        return result.__typename === 'RefundPayload' && result
      }, `${who} can refund ${amount}`),
    entry: async (who: Person, orderId: string): Promise<Entry | undefined> => {
      const answer = await as<{ myPage: { nodes: Entry[] } | null }>(who, MY_PAGE)
      return answer.data?.myPage?.nodes.find((entry) => entry.orderId === orderId)
    },
  }
}

export type People = Awaited<ReturnType<typeof people>>

/** Waits until the user's my-page entry has this status, and returns it; the error of a timeout has the last entry. */
export async function entryBecomes(
  app: People,
  who: 'lee' | 'hong',
  orderId: string,
  orderStatus: string,
): Promise<Entry> {
  let last: Entry | undefined
  return until(async () => {
    last = await app.entry(who, orderId).catch(() => last)
    return last?.orderStatus === orderStatus && last
  }, `order ${orderId} is ${orderStatus}`).catch((error) => {
    throw new Error(`${error.message} It is ${JSON.stringify(last)}.`)
  })
}
