import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { contextOnPostgres } from '../../../../proofs/testing/context-database.ts'
import { as, subgraph } from '../../../../proofs/testing/subgraph.ts'
import type { Fact } from '../../../../schema/events/facts.ts'
import { type EntryFactName, hear, type MyPageEntry, type Stub } from '../../domain/entry.ts'
import { schema, tables } from '../../outbound/postgres/database.ts'
import { feedOf, readsOf } from '../../outbound/postgres/reads.ts'
import { promise, shuffles, storeId, storeRegistered, stories, story, testId } from '../../testing/stories.ts'
import { wire } from '../../wire.ts'
import { resolvers } from './resolvers.ts'

const { orm, ports, replica, shown, queriesOf, close } = await contextOnPostgres({ name: 'my-page', schema, tables })
const { run, entities } = subgraph(new URL('./my-page.graphql', import.meta.url), resolvers, (claims) => ({
  claims,
  reads: readsOf(orm),
}))
afterAll(close)

const customer = (id: string) => as('CUSTOMER', id)
const myPage = wire(ports)
const otherReplica = wire({ transact: await replica() })

/** Hears the facts one after the other. */
async function heard(facts: Fact[]): Promise<void> {
  for (const fact of facts) await myPage.hear(fact)
}

const fields = '... on Order { id myPage { id revision } } ... on MyPageEntry { id storeName order { id } }'

describe('myPage', () => {
  const lee = testId(0x1ee)
  const hong = testId(0x407)
  const [delivered, open, unpaid, hongs] = [testId(0xb1), testId(0xb2), testId(0xb3), testId(0xb4)]
  const list = async (claims: Claims, args = '') => {
    const { data, errors } = await run(claims, `{ myPage${args} { nodes { id } pageInfo { hasNextPage endCursor } } }`)
    expect(errors).toBeUndefined()
    return data.myPage
  }
  const idsOf = async (claims: Claims, args = '') =>
    (await list(claims, args)).nodes.map(({ id }: { id: string }) => id)

  beforeAll(() =>
    heard([
      // Heard newest first, because the list is sorted by the time of placing.
      ...story(['Ordered', 'PaymentDeclined', 'OrderExpired'], unpaid, lee),
      ...story(['Ordered', 'Paid', 'OrderConfirmed'], open, lee),
      ...story(stories.delivered?.facts ?? [], delivered, lee),
      ...story(['Ordered'], hongs, hong),
      ...story(['Ordered', 'Paid', 'OrderConfirmed'], testId(0xb5), lee).slice(1),
    ]),
  )

  it("lists only the caller's orders, newest first, without those whose Ordered has not been heard", async () => {
    expect(await idsOf(customer(lee))).toEqual([unpaid, open, delivered])
    expect(await idsOf(customer(hong))).toEqual([hongs])
    expect(await idsOf(customer(testId(0x5)))).toEqual([])
  })

  it('is null for anonymous callers and machine clients', async () => {
    expect(await list(null)).toBeNull()
    expect(await list({ sub: 'demo-machine', roles: [], scopes: ['payments:read'] })).toBeNull()
  })

  it('filters by whether something is still to come', async () => {
    expect(await idsOf(customer(lee), '(filter: OPEN)')).toEqual([open])
    expect(await idsOf(customer(lee), '(filter: CLOSED)')).toEqual([unpaid, delivered])
    expect(await idsOf(customer(lee), '(filter: null)')).toEqual([unpaid, open, delivered])
  })

  it('continues from page to page', async () => {
    const first = await list(customer(lee), '(first: 2)')
    expect(first).toMatchObject({ nodes: [{ id: unpaid }, { id: open }], pageInfo: { hasNextPage: true } })
    const second = await list(customer(lee), `(first: 2, after: "${first.pageInfo.endCursor}")`)
    expect(second).toMatchObject({ nodes: [{ id: delivered }], pageInfo: { hasNextPage: false } })
  })

  it('shows all of an order', async () => {
    await heard([storeRegistered(storeId, 'KJSHOP')])
    const everything = `{ myPage(filter: OPEN) { nodes {
      id orderId order { id } storeName total { amount currency } revision summary
      orderStatus paymentStatus deliveryStatus promise { startsAt endsAt timeZone }
      refunded { amount currency } timeline { fact at } updatedAt
    } } }`
    expect((await run(customer(lee), everything)).data.myPage.nodes).toEqual([
      {
        id: open,
        orderId: open,
        order: { id: open },
        storeName: 'KJSHOP',
        total: { amount: 50_000, currency: 'KRW' },
        revision: 3,
        summary: '장미 한바구니 × 1',
        orderStatus: 'PAID',
        paymentStatus: 'APPROVED',
        deliveryStatus: null,
        promise,
        refunded: { amount: 0, currency: 'KRW' },
        timeline: [
          { fact: 'Ordered', at: '2026-11-22T09:00:00.000Z' },
          { fact: 'Paid', at: '2026-11-22T09:00:01.000Z' },
          { fact: 'OrderConfirmed', at: '2026-11-22T09:00:02.000Z' },
        ],
        updatedAt: '2026-11-22T09:00:02.000Z',
      },
    ])
  })

  it('is one query for the page and one for all names of stores', async () => {
    const { queries } = await queriesOf(() => run(customer(lee), '{ myPage { nodes { id storeName } } }'))
    expect(queries).toBe(2)
  })
})

describe("an order's entry", () => {
  const [kim, park] = [testId(0x111), testId(0x222)]
  const [kims, parks, waiting] = [testId(0xc1), testId(0xc2), testId(0xc3)]
  const unheardOf = testId(0xd9)

  beforeAll(() => {
    const [ordered, ...later] = story(['Ordered', 'Paid'], parks, park)
    if (ordered?.type !== 'Ordered') throw new Error('This story begins with Ordered.')
    return heard([
      ...story(['Ordered'], kims, kim),
      { ...ordered, data: { ...ordered.data, storeId: unheardOf } },
      ...later,
      ...story(['Ordered', 'Paid'], waiting, kim).slice(1),
    ])
  })

  const entitiesFor = async (claims: Claims, ...representations: object[]) => {
    const { data, errors } = await entities(claims, fields, representations)
    return errors ?? data._entities
  }
  const order = (id: string) => ({ __typename: 'Order', id })
  const entry = (id: string) => ({ __typename: 'MyPageEntry', id })

  it('is read by its customer, through the order or itself', async () => {
    expect(await entitiesFor(customer(kim), order(kims), entry(kims))).toEqual([
      { id: kims, myPage: { id: kims, revision: 1 } },
      { id: kims, storeName: expect.any(String), order: { id: kims } },
    ])
  })

  it('is null to everyone else', async () => {
    const hidden = [{ id: kims, myPage: null }, null]
    expect(await entitiesFor(customer(park), order(kims), entry(kims))).toEqual(hidden)
    expect(
      await entitiesFor({ sub: park, roles: ['STORE_OWNER', 'RIDER'], scopes: [] }, order(kims), entry(kims)),
    ).toEqual(hidden)
    expect(await entitiesFor(null, order(kims), entry(kims))).toEqual(hidden)
  })

  it('is null before Ordered is heard, and for unknown ids', async () => {
    expect(await entitiesFor(customer(kim), order(waiting), entry(waiting), order('no id'), entry('no id'))).toEqual([
      { id: waiting, myPage: null },
      null,
      { id: 'no id', myPage: null },
      null,
    ])
  })

  it('takes the name of its store as soon as that is known', async () => {
    const nameNow = async () => (await entitiesFor(customer(park), entry(parks)))[0].storeName
    expect(await nameNow()).toBe('(not known yet)')
    await heard([{ ...storeRegistered(unheardOf, '분당꽃배달'), id: testId(0xd8) }])
    expect(await nameNow()).toBe('분당꽃배달')
  })

  it('is read in one query for any number of entries', async () => {
    const orders = [kims, parks, waiting, testId(0xc9)].map(order)
    const { queries } = await queriesOf(() => entitiesFor(customer(kim), ...orders))
    expect(queries).toBe(1)
  })
})

describe('on two replicas', () => {
  it.each(Object.keys(stories))('an order that was %s reads the same, heard all at once', async (name) => {
    const id = testId(0xe00 + Object.keys(stories).indexOf(name))
    const facts = story(stories[name]?.facts ?? [], id)
    const told = facts.reduce<MyPageEntry | Stub | null>((entry, fact: Fact<EntryFactName>) => hear(entry, fact), null)
    const replicas = [myPage, otherReplica]
    const [shuffled = []] = shuffles(facts, 1)
    await Promise.all(shuffled.map((fact, index) => replicas[index % 2]?.hear(fact)))
    const kept = await ports.transact(newId(), (tx) => tx.entries.find(id))
    expect(kept).toEqual(told)
  })
})

describe('live', () => {
  const [kim, park] = [testId(0x311), testId(0x322)]
  const [closed = '', open = '', older = '', parks = '', waiting = ''] = [1, 2, 3, 4, 5].map((n) => testId(0xf00 + n))
  const { find } = feedOf(orm)
  const page: { after: string | null; limit: number } = { after: null, limit: 200 }
  const idsOf = async (
    customerId: string,
    id: string | null = null,
    of: Partial<typeof page> | { after: string } = {},
  ) => (await find({ audience: [customerId], id }, { ...page, ...of })).map((one) => one.id)

  beforeAll(() =>
    heard([
      storeRegistered(storeId, 'KJSHOP'),
      ...story(stories.delivered?.facts ?? [], closed, kim),
      ...story(['Ordered', 'Paid', 'OrderConfirmed', 'StockReserved'], older, kim),
      ...story(['Ordered', 'Paid'], open, kim),
      ...story(['Ordered'], parks, park),
      ...story(['Ordered', 'Paid'], waiting, kim).slice(1),
    ]),
  )

  it('equals the query result', async () => {
    const last = (await shown()).findLast(({ subject }) => subject === `live.my-page.${kim}.${older}`)
    const everything = `__typename ... on MyPageEntry {
      id orderId order { __typename id } storeName total { amount currency } revision summary
      orderStatus paymentStatus deliveryStatus promise { startsAt endsAt timeZone }
      refunded { amount currency } timeline { fact at attempt } updatedAt
    }`
    const { data } = await entities(customer(kim), everything, [{ __typename: 'MyPageEntry', id: older }])
    expect(last).toEqual({
      subject: `live.my-page.${kim}.${older}`,
      revision: 4,
      open: true,
      state: { entry: data._entities[0] },
    })
  })

  it('answers a customer’s open entries as they were last shown, in the order of their ids, page by page', async () => {
    expect(await idsOf(kim)).toEqual([open, older])
    expect(await idsOf(kim, null, { limit: 1 })).toEqual([open])
    expect(await idsOf(kim, null, { after: open })).toEqual([older])
    const [, one] = await find({ audience: [kim], id: null }, page)
    const last = (await shown()).findLast(({ subject }) => subject.endsWith(older))
    expect(one).toMatchObject({ revision: last?.revision, open: last?.open, state: last?.state })
  })

  it('answers a named one in any state, but none that is somebody else’s or not shown', async () => {
    expect(await idsOf(kim, closed)).toEqual([closed])
    expect(await find({ audience: [kim], id: closed }, page)).toMatchObject([{ open: false, revision: 9 }])
    expect(await idsOf(kim, parks)).toEqual([])
    expect(await idsOf(kim, waiting)).toEqual([])
  })

  it('finds nothing for unknown or invalid ids', async () => {
    expect(await idsOf('no id')).toEqual([])
    expect(await idsOf(kim, 'no id')).toEqual([])
    expect(await idsOf(kim, null, { after: 'no id' })).toEqual([])
    expect(await find({ audience: [kim, kim], id: null }, page)).toEqual([])
    expect(await find({ audience: [], id: null }, page)).toEqual([])
  })
})
