import { afterAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { as, subgraph } from '../../../../proofs/testing/subgraph.ts'
import { readsOf } from '../../outbound/postgres/reads.ts'
import { itemOnPostgres } from '../../testing/database.ts'
import { actors } from '../../testing/rig.ts'
import { wire } from '../../wire.ts'
import { resolversOn } from './resolvers.ts'

const context = await itemOnPostgres()
const at = actors(context)
const { run } = subgraph(new URL('./item.graphql', import.meta.url), resolversOn(wire(context.ports)), (claims) => ({
  claims,
  reads: readsOf(context.orm),
}))
afterAll(context.close)

const namesOf = (data: { items: { nodes: { name: string }[] } }) => data.items.nodes.map(({ name }) => name)

describe('the menu', () => {
  it('is public: items oldest first, without withdrawn ones, page by page', async () => {
    const storeId = await at.openStore()
    for (const name of ['one', 'two', 'three']) await at.newItem(storeId, 1, name)
    const gone = await at.newItem(storeId, 1, 'gone')
    await at.commands.withdrawItem(at.ownerId, { itemId: gone.id })
    await at.newItem(await at.openStore(), 1, "another store's")
    const query = `query ($storeId: ID, $after: Cursor) {
      items(storeId: $storeId, first: 2, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } }
    }`
    const { data: first } = await run(null, query, { storeId })
    expect(namesOf(first)).toEqual(['one', 'two'])
    expect(first.items.pageInfo.hasNextPage).toBe(true)
    const { data: second } = await run(null, query, { storeId, after: first.items.pageInfo.endCursor })
    expect(namesOf(second)).toEqual(['three'])
    expect(second.items.pageInfo.hasNextPage).toBe(false)
  })

  it('is searched by a part of the name, in upper or lower case, also in Korean, without wildcards', async () => {
    const storeId = await at.openStore()
    const names = ['장미 한바구니', 'Roses set n1', '안개꽃한다발', '100% cotton_wool', 'back\\slash', 'ÉLÉGANCE']
    for (const name of names) await at.newItem(storeId, 1, name)
    const found = async (search: string) => {
      const { data } = await run(
        null,
        'query ($s: String, $id: ID) { items(search: $s, storeId: $id) { nodes { name } } }',
        {
          s: search,
          id: storeId,
        },
      )
      return namesOf(data)
    }
    expect(await found('장미')).toEqual(['장미 한바구니'])
    expect(await found('장미'.normalize('NFD'))).toEqual(['장미 한바구니'])
    expect(await found('꽃한')).toEqual(['안개꽃한다발'])
    expect(await found(' ROSES ')).toEqual(['Roses set n1'])
    expect(await found('élégance')).toEqual(['ÉLÉGANCE'])
    expect(await found('0% c')).toEqual(['100% cotton_wool'])
    expect(await found('k\\s')).toEqual(['back\\slash'])
    expect(await found('r_ses')).toEqual([])
    expect(await found('%')).toEqual(['100% cotton_wool'])
    expect(await found("'; drop table item; --")).toEqual([])
    expect(await found('\0')).toEqual([])
    expect(await found('  ')).toEqual(names)
  })

  it('refuses too large pages and searches, and finds nothing for unknown stores', async () => {
    const refused = { data: { items: null }, errors: ['BAD_USER_INPUT'] }
    expect(await run(null, '{ items(first: 101) { nodes { id } } }')).toEqual(refused)
    expect(await run(null, '{ items(after: "nonsense") { nodes { id } } }')).toEqual(refused)
    expect(
      await run(null, 'query ($s: String) { items(search: $s) { nodes { id } } }', { s: 'x'.repeat(101) }),
    ).toEqual(refused)
    expect(await run(null, '{ items(storeId: "no id") { nodes { id } } item(id: "no id") { id } }')).toEqual({
      data: { items: { nodes: [] }, item: null },
    })
  })
})

describe('entities', () => {
  const entities = `query ($of: [_Any!]!) {
    _entities(representations: $of) {
      ... on Item { id name price { amount currency } available withdrawn store { id } }
      ... on Store { id items(first: 1) { nodes { name } pageInfo { hasNextPage } } }
    }
  }`

  it('reads many items by one query, with null for unknown ones', async () => {
    const storeId = await at.openStore()
    const items = [await at.newItem(storeId, 1, 'one'), await at.newItem(storeId, 2, 'two')]
    await at.commands.withdrawItem(at.ownerId, { itemId: items[1]?.id })
    const ids = [items[1]?.id, newId(), 'no id', items[0]?.id, items[1]?.id]
    const of = ids.map((id) => ({ __typename: 'Item', id }))
    const { answer, queries } = await context.queriesOf(() => run(null, entities, { of }))
    expect(queries).toBe(1)
    const two = { name: 'two', price: { amount: 50_000, currency: 'KRW' }, available: 2, withdrawn: true }
    expect(answer.data._entities).toMatchObject([two, null, null, { name: 'one', store: { id: storeId } }, two])
  })

  it("reads many stores' menus by one query", async () => {
    const [long, short, empty] = [await at.openStore(), await at.openStore(), newId()]
    for (const name of ['one', 'two']) await at.newItem(long, 1, name)
    const gone = await at.newItem(short, 1, 'gone')
    await at.commands.withdrawItem(at.ownerId, { itemId: gone.id })
    await at.newItem(short, 1, 'three')
    const of = [short, empty, 'no id', long].map((id) => ({ __typename: 'Store', id }))
    const { answer, queries } = await context.queriesOf(() => run(null, entities, { of }))
    expect(queries).toBe(1)
    const page = (names: string[], hasNextPage: boolean) => ({
      items: { nodes: names.map((name) => ({ name })), pageInfo: { hasNextPage } },
    })
    expect(answer.data._entities).toMatchObject([
      page(['three'], false),
      page([], false),
      page([], false),
      page(['one'], true),
    ])
  })

  it("pages through a store's menu", async () => {
    const storeId = await at.openStore()
    for (const name of ['one', 'two', 'three']) await at.newItem(storeId, 1, name)
    const query = `query ($of: [_Any!]!, $after: Cursor) {
      _entities(representations: $of) { ... on Store { items(first: 2, after: $after) { edges { cursor node { name } } } } }
    }`
    const of = [{ __typename: 'Store', id: storeId }]
    const edges = async (after?: string) => (await run(null, query, { of, after })).data._entities[0].items.edges
    const first = await edges()
    expect(first).toMatchObject([{ node: { name: 'one' } }, { node: { name: 'two' } }])
    expect(await edges(first[1].cursor)).toMatchObject([{ node: { name: 'three' } }])
  })
})

describe('an item that is made to order', () => {
  const register = `mutation ($input: RegisterItemInput!) {
    registerItem(input: $input) { ... on ItemPayload { item { id available } } }
  }`

  it('is registered without a stock, and has none', async () => {
    const [owner, storeId] = [as('STORE_OWNER', at.ownerId), await at.openStore()]
    for (const stock of [{}, { stock: null }]) {
      const input = { idempotencyKey: newId(), storeId, name: '꽃바구니', price: { amount: 80_000 }, ...stock }
      const { data } = await run(owner, register, { input })
      expect(data.registerItem.item).toEqual({ id: expect.any(String), available: null })
      const read = await run(null, 'query ($id: ID!) { item(id: $id) { available } }', {
        id: data.registerItem.item.id,
      })
      expect(read).toEqual({ data: { item: { available: null } } })
    }
  })
})

describe('changing the menu', () => {
  const register = `mutation ($input: RegisterItemInput!) {
    registerItem(input: $input) { __typename ... on ItemPayload { item { name store { id } } } ... on Failure { message } }
  }`
  const input = async () => {
    const storeId = await at.openStore()
    return { idempotencyKey: newId(), storeId, name: '튤립', price: { amount: 10_000 }, stock: 3 }
  }

  it("is the store's owner's", async () => {
    const asked = { input: await input() }
    const owner = as('STORE_OWNER', at.ownerId)
    expect(await run(owner, register, asked)).toEqual({
      data: {
        registerItem: { __typename: 'ItemPayload', item: { name: '튤립', store: { id: asked.input.storeId } } },
      },
    })
    const stranger = await run(as('STORE_OWNER'), register, asked)
    expect(stranger.data.registerItem).toMatchObject({ __typename: 'NotFound', message: expect.any(String) })
  })

  it.each([
    ['registerItem', 'RegisterItemInput', input],
    ['changeStock', 'ChangeStockInput', async () => ({ idempotencyKey: newId(), itemId: newId(), delta: 1 })],
    ['changeItemPrice', 'ChangeItemPriceInput', async () => ({ itemId: newId(), price: { amount: 1 } })],
    ['withdrawItem', 'WithdrawItemInput', async () => ({ itemId: newId() })],
  ])('%s asks for a token and the role', async (field, type, makeInput) => {
    const mutation = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`
    const asked = { input: await makeInput() }
    const refused = { [field]: null }
    expect(await run(null, mutation, asked)).toEqual({ data: refused, errors: ['UNAUTHENTICATED'] })
    expect(await run(as('CUSTOMER', at.ownerId), mutation, asked)).toEqual({ data: refused, errors: ['FORBIDDEN'] })
  })
})
