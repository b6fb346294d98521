import { readFileSync } from 'node:fs'
import { getIntrospectionQuery } from 'graphql'
import { globalId } from '../../chassis/global-ids.ts'
import { windowId } from '../../schema/calendar/window-id.ts'
import type { Json } from './json.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
export const SUPERGRAPH = read('schema/supergraph.graphql')

export const ID = '01900000-0000-7000-8000-0000000000a1'
/** What the samples of live messages have of the order with this UUID. */
export const IDS_OF_IT = [ID, ...['Order', 'MyPageEntry', 'StoreOrder', 'Delivery'].map((type) => globalId(type, ID))]
const STORE = globalId('Store', '01900000-0000-7000-8000-0000000000d1')
/** The user who subscribes in the lab and has every role. */
export const PERSON = '01900000-0000-7000-8000-0000000000f9'
const ORDER = `id status placedAt payBy total { amount currency } cardMessage recipient { name phone address postalCode }
  deliveryFee { amount } promise { startsAt endsAt timeZone } ribbon { phrase from } sender { name anonymous } substitution
  lines { name quantity unitPrice { amount } item { id name } } customer { id name } store { id name }`
const mutation = (
  name: string,
  type: string,
  payload: string,
) => `mutation ($input: ${type}!) { ${name}(input: $input) {
  __typename ... on ${payload} ... on InvalidInput { problems { path message } } ... on Failure { message } } }`

const placeOrderInput: Json = {
  ...{
    idempotencyKey: 'a key',
    storeId: STORE,
    lines: [{ itemId: globalId('Item', ID), quantity: 1 }],
    paymentToken: 'tok_ok',
  },
  ...{
    recipient: { name: '김하늘', phone: '010-1234-5678', address: '경기도 성남시 분당구 1', postalCode: '13561' },
    cardMessage: '생일 축하해요',
  },
  ...{
    windowId: windowId({
      storeId: ID,
      startsAt: new Date('2030-01-01T00:00:00Z'),
      endsAt: new Date('2030-01-01T03:00:00Z'),
    }),
    sender: { name: '이', anonymous: true },
    ribbon: { phrase: '축 개업', from: '이' },
    substitution: 'SAME_ONLY',
  },
}

/** Subscriptions with fields of the message, of the feed's source, and of other contexts. */
export const SUBSCRIPTIONS: { [feed: string]: { query: string; variables: { [name: string]: Json } } } = {
  delivery: {
    query: `subscription ($after: LiveCursor) { deliveryUpdated(after: $after) { kind cursor
      delivery { id status rider { id name } departedAt completedAt order { ${ORDER} } } } }`,
    variables: {},
  },
  'my-page': {
    query: `subscription ($after: LiveCursor, $id: ID) { myPageUpdated(after: $after, orderId: $id) { kind cursor
      entry { id orderId storeName summary orderStatus paymentStatus deliveryStatus total { amount } revision updatedAt
        timeline { fact at } order { id recipient { name } store { id name } } } } }`,
    variables: {},
  },
  store: {
    query: `subscription ($id: ID!, $after: LiveCursor) { storeOrderUpdated(storeId: $id, after: $after) { kind cursor
      storeOrder { id status rejectionReason store { id name } order { ${ORDER} } } } }`,
    variables: { id: STORE },
  },
}

const sampleOf = (feed: string): { subject: string; [key: string]: Json } =>
  JSON.parse(read(`schema/live/samples/${feed}.json`))

/** A message of each feed to PERSON. */
export const FEEDS: { [feed: string]: { subject: string; message: { [key: string]: Json } } } = Object.fromEntries(
  Object.keys(SUBSCRIPTIONS).map((feed) => {
    const { subject, ...message } = sampleOf(feed)
    const [live, name, _, ...rest] = subject.split('.')
    return [feed, { subject: [live, name, PERSON, ...rest].join('.'), message }]
  }),
)

/** Operations as apps send them, with valid variables (checked by fuzz.test.ts). */
export const OPERATIONS: { query: string; variables: { [name: string]: Json }; operationName?: string }[] = [
  {
    query: '{ items(first: 10) { nodes { id name price { amount currency } available store { id name } } } }',
    variables: {},
  },
  {
    query: `query ($first: Int, $after: Cursor) { items(first: $first, after: $after) { edges { cursor node { ...I } }
      pageInfo { hasNextPage endCursor } } } fragment I on Item { id name store { id ... on Store { name } } }`,
    variables: { first: 3, after: null },
  },
  { query: `query ($id: ID!) { order(id: $id) { ${ORDER} } }`, variables: { id: globalId('Order', ID) } },
  {
    query: `query A { stores { nodes { id name } } } query B($id: ID!) { item(id: $id) { id name } }`,
    variables: { id: globalId('Item', ID) },
    operationName: 'B',
  },
  {
    query: `query ($with: Boolean!, $not: Boolean = false) { myPage(first: 5) { nodes { orderId summary
      orderStatus @include(if: $with) timeline @skip(if: $not) { fact at } order @include(if: $with) { ${ORDER} } } } }`,
    variables: { with: true },
  },
  {
    query: mutation('placeOrder', 'PlaceOrderInput', `OrderPayload { order { ${ORDER} } }`),
    variables: { input: placeOrderInput },
  },
  {
    query: `query ($id: ID!, $postalCode: String, $from: Date, $days: Int) { store(id: $id) {
      deliveryDays(postalCode: $postalCode, from: $from, days: $days) { date windows { windowId startsAt endsAt orderBy open fee { amount } } } } }`,
    variables: { id: STORE, postalCode: '13561', from: '2030-01-01', days: 3 },
  },
  {
    query: mutation('payOrder', 'PayOrderInput', 'OrderPayload { order { id status } }'),
    variables: { input: { orderId: globalId('Order', ID), paymentToken: 'tok_ok' } },
  },
  ...Object.values(SUBSCRIPTIONS),
  { query: read('scripts/first-query.graphql'), variables: {}, operationName: 'MyOrders' },
  { query: getIntrospectionQuery(), variables: {} },
  {
    query: '{ __typename __type(name: "Order") { name fields { name type { name ofType { name } } } } }',
    variables: {},
  },
]
