import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Environment, fetchQuery, Network, RecordSource, Store, type Variables } from 'relay-runtime'
import { until } from '../../chassis/testing/until.ts'
import { ask } from '../../scripts/client.ts'
import { compileWithRelay } from '../testing/relay.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf, uuidOf } from './ids.ts'
import { type People, type Person, people } from './people.ts'
import { run, updatesOf } from './subscriptions.ts'

type Identified = { id: string; __typename: string }
type Whole = Identified &
  Record<'payment' | 'storeOrder' | 'delivery' | 'myPage' | 'store' | 'customer', Identified> & {
    lines: { item: Identified }[]
  }

const WHOLE = `query ($id: ID!) { order(id: $id) { __typename id
  payment { __typename id } storeOrder { __typename id } delivery { __typename id } myPage { __typename id }
  store { __typename id } customer { __typename id } lines { item { __typename id } } } }`

let stack: Stack
let app: People
/** An order that is on its way, and the ids of everything about it, by type. */
let order: string
let ids: Record<string, string>
beforeAll(async () => {
  stack = await startStack()
  app = await people(stack)
  order = (await app.place('lee', await app.itemCalled('장미 한바구니'), 1)).order.id
  await app.stepWhenReady('kj', 'receive', order)
  await app.stepWhenReady('kj', 'decorate', order)
  await app.stepWhenReady('rider', 'depart', order)
  const whole = await until(async () => {
    const { data } = await app.as<{ order: Whole | null }>('lee', WHOLE, { id: order })
    const found = data?.order
    return found?.delivery && found.myPage && found.storeOrder && found.payment && found
  }, 'the order is known everywhere')
  const { payment, storeOrder, delivery, myPage, store, customer, lines } = whole
  const all = [whole, payment, storeOrder, delivery, myPage, store, customer, ...lines.map(({ item }) => item)]
  ids = Object.fromEntries(all.map(({ __typename, id }) => [__typename, id]))
})
afterAll(async () => stack?.stop())

type Node = Record<string, unknown> & { __typename: string }
async function nodeFor(who: Person, id: string | undefined, fields = '__typename'): Promise<Node | null | undefined> {
  const query = `query ($id: ID!) { node(id: $id) { ${fields} } }`
  const { data, errors } = await app.as<{ node: Node | null }>(who, query, { id })
  expect(errors).toBeUndefined()
  return data?.node
}

it('what is kept of one order has an id for each type', () => {
  const ofOrder = ['Order', 'Payment', 'StoreOrder', 'Delivery', 'MyPageEntry'].map((type) => ids[type] ?? '')
  expect(new Set(Object.values(ids)).size).toBe(8)
  expect(new Set(ofOrder.map(uuidOf)).size).toBe(1)
})

describe('node and nodes', () => {
  it.each<[Person, string[]]>([
    ['lee', ['Order', 'Payment', 'StoreOrder', 'Delivery', 'MyPageEntry', 'Store', 'Item', 'User']],
    ['hong', ['Store', 'Item']],
    ['kj', ['Order', 'Payment', 'StoreOrder', 'Delivery', 'Store', 'Item']],
    ['bundang', ['Store', 'Item']],
    ['rider', ['Delivery', 'Store', 'Item']],
    ['jung', ['Store', 'Item']],
    ['nobody', ['Store', 'Item']],
  ])('show %s what they may read, and nothing else, whatever is selected', async (who, readable) => {
    for (const [type, id] of Object.entries(ids)) {
      const expected = readable.includes(type) ? type : undefined
      expect([type, (await nodeFor(who, id))?.__typename]).toEqual([type, expected])
      expect([type, (await nodeFor(who, id, 'id'))?.id]).toEqual([type, expected && id])
    }
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }'
    const { data, errors } = await app.as<{ nodes: (Identified | null)[] }>(who, query, { ids: Object.values(ids) })
    expect(errors).toBeUndefined()
    expect(data?.nodes).toEqual(
      Object.entries(ids).map(([type, id]) => (readable.includes(type) ? { __typename: type, id } : null)),
    )
  })

  it('have fields of all contexts', async () => {
    const fields = '... on Order { status payment { status } store { name items(first: 1) { nodes { name } } } }'
    expect(await nodeFor('lee', order, fields)).toEqual({
      status: 'OUT_FOR_DELIVERY',
      payment: { status: 'APPROVED' },
      store: { name: 'KJSHOP', items: { nodes: [{ name: '장미 한바구니' }] } },
    })
    expect(await nodeFor('lee', ids.User, '... on User { name roles }')).toEqual({
      name: '이하늘',
      roles: ['CUSTOMER'],
    })
  })

  it('are null for what does not exist', async () => {
    const unknown = ['no id', uuidOf(order), ids.Order?.slice(0, -1)]
    for (const id of unknown) expect(await nodeFor('lee', id)).toBeNull()
  })
})

it('the id of another type is refused by name, in commands, queries and subscriptions', async () => {
  const message = "This is a Payment's id; an Order's is needed."
  const cancelled = await app.cancel('lee', ids.Payment ?? '')
  expect(cancelled).toMatchObject({ __typename: 'NotFound', message: `orderId: ${message}` })
  const paid = await app.payOnce('lee', ids.Payment ?? '')
  expect(paid).toMatchObject({ __typename: 'InvalidInput', message: `orderId: ${message}` })
  const read = await app.as('lee', 'query ($id: ID!) { order(id: $id) { id } }', { id: ids.Payment })
  expect(read).toMatchObject({ data: { order: null }, errors: [{ message: `id: ${message}`, path: ['order'] }] })
  const query = 'subscription ($id: ID) { myPageUpdated(orderId: $id) { kind } }'
  const watching = run('ws', stack.url, { query, variables: { id: ids.Payment }, token: app.tokenOf('lee') })
  const refused = await until(() => watching.ended)
  expect(refused).toMatchObject([{ message: `orderId: ${message}`, extensions: { code: 'BAD_USER_INPUT' } }])
  await watching.stop()
})

describe('a subscription', () => {
  type Update = { kind: 'SNAPSHOT' | 'CHANGE' | 'GAP'; cursor: string } & Record<string, unknown>
  const first = async (who: Person, query: string, variables: Record<string, unknown>, field: string, id?: string) => {
    const watching = run<Record<string, Update | null>>('ws', stack.url, { query, variables, token: app.tokenOf(who) })
    const found = await until(() =>
      updatesOf(watching)
        .map((update) => update[field] as Identified | null)
        .find((shown) => shown && (id === undefined || shown.id === id)),
    )
    await watching.stop()
    return found
  }

  it.each([
    ['MyPageEntry', 'lee', 'myPageUpdated(orderId: $id)', 'entry', 'id orderId order { id payment { id } }', 'Order'],
    ['StoreOrder', 'kj', 'storeOrderUpdated(storeId: $id)', 'storeOrder', 'id order { id } store { id name }', 'Store'],
    ['Delivery', 'rider', 'deliveryUpdated', 'delivery', 'id recipient { name } rider { id name }', undefined],
  ] as const)('of %s has the ids that a query has', async (type, who, field, name, fields, argument) => {
    const variable = argument ? '($id: ID!)' : ''
    const query = `subscription ${variable} { ${field} { kind cursor ${name} { ${fields} } } }`
    const live = await first(who, query, argument ? { id: ids[argument] } : {}, name, ids[type])
    expect(live).toEqual(await nodeFor(who, ids[type], `... on ${type} { ${fields} }`))
  })
})

describe('Relay', () => {
  const DOCUMENTS = `
    query AppMyOrdersQuery { myPage(first: 10) { edges { node { id orderStatus deliveryStatus
      order { id status payment { id status } delivery { id status } storeOrder { id status } } } } } }
    fragment App_order on Order @refetchable(queryName: "AppOrderQuery") { id status payment { id status } }
    fragment App_items on Store @refetchable(queryName: "AppItemsQuery")
      @argumentDefinitions(first: { type: "Int", defaultValue: 1 }, after: { type: "Cursor" }) {
      items(first: $first, after: $after) @connection(key: "App_items") { edges { node { id name } } }
    }`

  it('keeps each object of an order apart, refetches one, and pages through a nested list', async () => {
    const operations = await compileWithRelay(DOCUMENTS)
    const token = app.tokenOf('lee')
    const network = Network.create(async ({ text }, variables) => {
      const answer = await ask(stack.url, text ?? '', { variables, token })
      expect(answer.errors).toBeUndefined()
      return { data: answer.data ?? {} }
    })
    const environment = new Environment({ network, store: new Store(new RecordSource()) })
    const fetched = async (name: string, variables: Variables) => {
      const operation = operations.get(name)
      if (!operation) throw new Error(`${name} was not compiled.`)
      await fetchQuery(environment, operation, variables).toPromise()
      return environment.getStore().getSource()
    }

    const records = await fetched('AppMyOrdersQuery', {})
    const statuses = ['Order', 'Payment', 'StoreOrder', 'Delivery'].map((type) => records.get(ids[type] ?? '')?.status)
    expect(statuses).toEqual(['OUT_FOR_DELIVERY', 'APPROVED', 'HANDED_OVER', 'DEPARTED'])
    expect(records.get(idOf('MyPageEntry', order))).toMatchObject({ deliveryStatus: 'DEPARTED' })

    const refetched = await fetched('AppOrderQuery', { id: order })
    expect(refetched.get(order)).toMatchObject({ __typename: 'Order', status: 'OUT_FOR_DELIVERY' })
    const source = await fetched('AppItemsQuery', { id: ids.Store, first: 1, after: null })
    const page = source.get(`client:${ids.Store}:items(first:1)`)
    expect(page).toMatchObject({ __typename: 'ItemConnection' })
  })
})
