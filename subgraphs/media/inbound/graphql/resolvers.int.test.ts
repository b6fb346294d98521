import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { contextOnPostgres } from '../../../../proofs/testing/context-database.ts'
import { as, subgraph } from '../../../../proofs/testing/subgraph.ts'
import { schema, tables } from '../../outbound/postgres/database.ts'
import { readsOf } from '../../outbound/postgres/reads.ts'
import { orderConfirmed } from '../../testing/facts.ts'
import { wire } from '../../wire.ts'
import { resolvers } from './resolvers.ts'

const fact = orderConfirmed()
const { orderId, customerId, storeId } = fact.data
const customer = as('CUSTOMER', customerId)
const strangers = [as('CUSTOMER'), as('STORE_OWNER'), as('RIDER'), { sub: 'machine', roles: [], scopes: [] }, null]

const subject = await contextOnPostgres({ name: 'media', schema, tables })
const { run, entities } = subgraph(new URL('./media.graphql', import.meta.url), resolvers, (claims) => ({
  claims,
  reads: readsOf(subject.orm),
}))

beforeAll(() => wire(subject.ports).hear(fact))
afterAll(subject.close)

const query = 'query ($orderId: ID!) { media(orderId: $orderId) { id order { id } store { id } confirmedAt } }'
const fields = '... on Media { id } ... on Order { media { id } }'
const of = (id: string) => [
  { __typename: 'Media', id },
  { __typename: 'Order', id },
]

describe('what is kept of an order', () => {
  it('is read by its customer', async () => {
    const kept = { id: orderId, order: { id: orderId }, store: { id: storeId }, confirmedAt: fact.occurredAt }
    expect(await run(customer, query, { orderId })).toEqual({ data: { media: kept } })
    const found = [{ id: orderId }, { media: { id: orderId } }]
    expect(await entities(customer, fields, of(orderId))).toEqual({ data: { _entities: found } })
  })

  it('is null to everyone else, and where there is nothing', async () => {
    for (const [reader, id] of [
      ...strangers.map((stranger) => [stranger, orderId] as const),
      ...[newId(), 'not an id'].map((nothing) => [customer, nothing] as const),
    ]) {
      expect(await run(reader, query, { orderId: id })).toEqual({ data: { media: null } })
      expect(await entities(reader, fields, of(id))).toEqual({ data: { _entities: [null, { media: null }] } })
    }
  })

  it('is read in one query with all the others', async () => {
    const read = () => entities(customer, fields, [...of(orderId), ...of(newId())])
    expect((await subject.queriesOf(read)).queries).toBe(1)
  })
})
