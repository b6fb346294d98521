import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { MikroORM } from '@mikro-orm/postgresql'
import { getNamedType, isLeafType, isObjectType, isUnionType } from 'graphql'
import { sdlOf, subgraphSchema } from '../../chassis/graphql/schema.ts'
import { newId } from '../../chassis/ids.ts'
import type { Schema } from '../../chassis/postgres/database.ts'
import type { Claims } from '../../chassis/signed-context.ts'
import { CONTEXTS } from '../../scripts/contexts.mjs'
import { contextOnPostgres } from '../testing/context-database.ts'
import { subgraph } from '../testing/subgraph.ts'

// A context sends the same number of statements for 1, 10 and 100 parents: the entities and pages that the router may fetch.

/** The customer, owner and rider of every row, who may read everything. */
const reader = { sub: newId(), roles: ['CUSTOMER', 'STORE_OWNER', 'RIDER'], scopes: [] }
const ids = Array.from({ length: 100 }, (_, later) => newId(Date.now() + later))

/** Rows for each of `ids` ($1) that `reader` ($2) may read. */
const ROWS: Record<string, string[]> = {
  account: [`insert into users select id, 'Lee', '{CUSTOMER}' from unnest($1::uuid[]) as one (id)`],
  delivery: [
    `insert into deliveries (id, status, store_id, owner_id, customer_id, rider_id, departed_at)
     select id, 'DEPARTED', id, $2, $2, $2, now() from unnest($1::uuid[]) as one (id)`,
  ],
  item: [
    `insert into item (id, store_id, name, price, available, withdrawn, item_version)
     select id, id, 'roses', '{"amount": 1, "currency": "KRW"}', 1, false, 1 from unnest($1::uuid[]) as one (id)`,
  ],
  media: [
    `insert into photo (id, purpose, subject, uploader, status, digest, width, height, uploaded_at)
     select id, 'ITEM', id, $2, 'STORED', '', 1, 1, now() from unnest($1::uuid[]) as one (id)`,
  ],
  'my-page': [
    `insert into entries (id, customer_id, store_id, total, summary, placed_at, order_status, timeline, revision, updated_at)
     select id, $2, id, '{"amount": 1, "currency": "KRW"}', 'roses', now(), 'PAID',
       '[{"fact": "Ordered", "at": "2026-01-01T00:00:00Z", "factId": "1"}]', 1, now() from unnest($1::uuid[]) as one (id)`,
    `insert into store_names (id, name) select id, 'KJSHOP' from unnest($1::uuid[]) as one (id)`,
  ],
  order: [
    `insert into orders (id, customer_id, store_id, status, lines, total, recipient, placed_at, pay_by, awaits_rider)
     select id, $2, id, 'PAID', '[{"itemId": "1", "name": "roses", "unitPrice": {"amount": 1, "currency": "KRW"},
       "quantity": 1}]', '{"amount": 1, "currency": "KRW"}', '{"name": "Kim", "phone": "1", "address": "1"}', now(), now(),
       false from unnest($1::uuid[]) as one (id)`,
    `insert into stores (id, owner_id, name) select id, $2, 'KJSHOP' from unnest($1::uuid[]) as one (id)`,
  ],
  payment: [
    `insert into payments (id, customer_id, amount, status, closed, attempts)
     select id, $2, '{"amount": 1, "currency": "KRW"}', 'APPROVED', false, '[]' from unnest($1::uuid[]) as one (id)`,
  ],
  store: [
    `insert into stores (id, owner_id, name) select id, $2, 'KJSHOP' from unnest($1::uuid[]) as one (id)`,
    `insert into store_orders (id, status, store_id, owner_id, customer_id)
     select id, 'NEW', id, $2, $2 from unnest($1::uuid[]) as one (id)`,
  ],
}

/** What resolvers read beside the database. */
const READS = {
  now: () => new Date(),
  shows: { urlOf: () => '/photos', riderKnowing: () => null, trackToken: () => null, tracked: () => null },
}

/** A context's modules, assembled as in its main.ts, but without commands. */
type Parts = {
  schema: Schema
  resolvers: object
  contextOf: (orm: MikroORM) => (claims: Claims) => object
}

async function partsOf(name: string): Promise<Parts> {
  const load = (path: string) => import(new URL(`../../subgraphs/${name}/${path}.ts`, import.meta.url).href)
  const [{ schema }, graph] = await Promise.all([load('outbound/postgres/database'), load('inbound/graphql/resolvers')])
  const resolvers = graph.resolvers ?? graph.resolversOn({ commands: {}, ...READS })
  if (name === 'media') {
    const [{ postgresPhotos }, { contextFrom }] = await Promise.all([
      load('outbound/postgres/database'),
      load('inbound/graphql/context'),
    ])
    return { schema, resolvers, contextOf: (orm) => contextFrom(postgresPhotos(orm)) }
  }
  if (name !== 'account') {
    const { readsOf } = await load('outbound/postgres/reads')
    return { schema, resolvers, contextOf: (orm) => (claims) => ({ claims, reads: readsOf(orm) }) }
  }
  const [{ postgresPorts }, { contextFrom }] = await Promise.all([
    load('outbound/postgres/database'),
    load('inbound/graphql/context'),
  ])
  return { schema, resolvers, contextOf: (orm) => contextFrom(postgresPorts(orm, Buffer.alloc(32))) }
}

const sdl = (name: string) => new URL(`../../subgraphs/${name}/inbound/graphql/${name}.graphql`, import.meta.url)

/** The context's entity types, and its queries for pages: the field, and the type of the nodes. */
function partOf(name: string) {
  const schema = subgraphSchema(sdlOf(sdl(name)), {})
  const union = schema.getType('_Entity')
  const queries = Object.values(schema.getQueryType()?.getFields() ?? {})
  const pages = queries.flatMap(({ name: field, type }) => {
    const connection = getNamedType(type)
    const nodes = isObjectType(connection) ? connection.getFields().nodes : undefined
    const node = nodes && getNamedType(nodes.type)
    return isObjectType(node) ? [{ field, node }] : []
  })
  return { entities: isUnionType(union) ? union.getTypes() : [], pages }
}

type ObjectType = ReturnType<typeof partOf>['entities'][number]

/** A selection of all fields of a type in this context, four levels deep, without types that contain themselves. */
function everythingOf(type: ObjectType, within: ObjectType[] = []): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type)
    if (isLeafType(named)) return [field.name]
    if (!isObjectType(named) || within.includes(named) || within.length > 3) return []
    return [`${field.name} ${everythingOf(named, [...within, type])}`]
  })
  return `{ __typename ${fields.join(' ')} }`
}

it('has rows for every context, and no others', () => {
  expect(Object.keys(ROWS).sort()).toEqual([...CONTEXTS])
})

const PARENTS = [1, 10, 100]

describe.each(Object.entries(ROWS))('%s', (name, inserts) => {
  const { entities: types, pages } = partOf(name)
  let database: Awaited<ReturnType<typeof contextOnPostgres>>
  let graph: ReturnType<typeof subgraph>
  beforeAll(async () => {
    const { schema, resolvers, contextOf } = await partsOf(name)
    database = await contextOnPostgres({ name, schema, tables: () => ({}) })
    for (const insert of inserts)
      await database.orm.em
        .fork()
        .execute(insert.replaceAll('$1', `'{${ids}}'`).replaceAll('$2', `'${reader.sub}'::uuid`))
    graph = subgraph(sdl(name), resolvers, contextOf(database.orm))
  })
  afterAll(() => database?.close())

  /** The number of statements for 1, 10 and 100 parents. Fails unless each response has that number of objects. */
  async function counts(query: (parents: number) => Promise<{ data: unknown; errors?: unknown }>, found: Find) {
    const all: number[] = []
    for (const parents of PARENTS) {
      const { answer, queries } = await database.queriesOf(() => query(parents))
      expect(answer.errors).toBeUndefined()
      expect(found(answer.data)).toEqual(
        Array(parents).fill(expect.objectContaining({ __typename: expect.any(String) })),
      )
      all.push(queries)
    }
    return all
  }
  type Find = (data: unknown) => unknown

  it.each(types.map((type) => [type.name, type] as const))(
    'sends the same number of statements for 100 %s entities as for one',
    async (_, type) => {
      // Only the reader may read the stores of a user.
      const first = type.name === 'User' && name === 'store' ? [reader.sub] : []
      const key = { __typename: type.name, ...(type.name === 'User' && { disclosed: true }) }
      // What another context says of the entity, and the router hands on.
      const handed = { waits: true, riderId: null }
      const of = [...first, ...ids].map((id) => ({ ...key, ...handed, id, orderId: id, storeId: id, photo: id }))
      const sent = await counts(
        (parents) => graph.entities(reader, `... on ${type.name} ${everythingOf(type)}`, of.slice(0, parents)),
        (data) => (data as { _entities: unknown })._entities,
      )
      expect(sent).toEqual(sent.map(() => sent[0]))
    },
  )

  if (pages.length)
    it.each(pages.map(({ field, node }) => [field, node] as const))(
      'sends the same number of statements for a page of 100 %s as for one',
      async (field, node) => {
        const sent = await counts(
          (parents) => graph.run(reader, `{ ${field}(first: ${parents}) { nodes ${everythingOf(node)} } }`),
          (data) => (data as { [field: string]: { nodes: unknown } })[field]?.nodes,
        )
        expect(sent).toEqual(sent.map(() => sent[0]))
      },
    )
})
