import { beforeEach, describe, expect, it } from '@jest/globals'
import { bothExecutors, LINK, reference } from '../testing/both-executors.ts'

const owner = (n: number) => ({ id: `o${n}` })

/** Four subgraphs have fields of a place's owner. */
const places = bothExecutors([
  {
    name: 'places',
    typeDefs: `${LINK}
      type Query { places: [Place!]!, sites: [Site!]! }
      union Place = Hotel | Camp
      interface Site { owner: Owner }
      type Hotel implements Site { owner: Owner }
      type Camp implements Site { owner: Owner }
      type Owner @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: {
        places: () => [
          { __typename: 'Hotel', owner: owner(1) },
          { __typename: 'Camp', owner: owner(2) },
          { __typename: 'Camp', owner: owner(1) },
        ],
        sites: () => [
          { __typename: 'Hotel', owner: owner(1) },
          { __typename: 'Camp', owner: owner(2) },
        ],
      },
    },
  },
  {
    name: 'names',
    typeDefs: `${LINK} type Owner @key(fields: "id") { id: ID!, name: String }`,
    resolvers: { Owner: { ...reference, name: ({ id }: { id: string }) => `name of ${id}` } },
  },
  {
    name: 'phones',
    typeDefs: `${LINK} type Owner @key(fields: "id") { id: ID!, phone: String }`,
    resolvers: { Owner: { ...reference, phone: ({ id }: { id: string }) => `phone of ${id}` } },
  },
  {
    name: 'signs',
    typeDefs: `${LINK} type Owner @key(fields: "id") { id: ID!, name: String @external, sign: String @requires(fields: "name") }`,
    resolvers: { Owner: { ...reference, sign: ({ name }: { name: string }) => `sign of ${name}` } },
  },
])
beforeEach(() => {
  places.sent.length = 0
})

/** The ids in the representations that a subgraph got. */
const fetchedIds = (name: string) =>
  places.sent
    .filter(({ service }) => service === name)
    .flatMap(({ body }) => JSON.parse(body).variables.representations.map(({ id }: { id: string }) => id))
    .sort()

describe("a field that is selected only below some of the parent's types", () => {
  it('is fetched only for objects below these', async () => {
    const answer = await places.ours(
      '{ places { ... on Hotel { owner { name } } ... on Camp { owner { called: phone } } } }',
    )
    expect(answer).toEqual({
      data: {
        places: [
          { owner: { name: 'name of o1' } },
          { owner: { called: 'phone of o2' } },
          { owner: { called: 'phone of o1' } },
        ],
      },
    })
    expect(fetchedIds('names')).toEqual(['o1'])
    expect(fetchedIds('phones')).toEqual(['o1', 'o2'])
  })

  it('is not fetched if there is no such object', async () => {
    places.override((service) => (service === 'phones' ? { failure: 'unavailable', cause: 'down' } : undefined))
    const source = `query ($v: Boolean!) { sites { ...Named ... on Camp { owner { name phone @include(if: $v) } } } }
      fragment Named on Hotel { owner { name } }`
    expect(await places.ours(source, { v: false })).not.toHaveProperty('errors')
    expect(fetchedIds('phones')).toEqual([])
    const { errors } = await places.ours(source, { v: true })
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['sites.1.owner.phone'])
    expect(fetchedIds('phones')).toEqual(['o2'])
    places.override(() => undefined)
  })

  it('is fetched for all objects if another fetch requires it', async () => {
    const answer = await places.ours('{ places { ... on Hotel { owner { name } } ... on Camp { owner { sign } } } }')
    expect(answer.data?.places).toEqual([
      { owner: { name: 'name of o1' } },
      { owner: { sign: 'sign of name of o2' } },
      { owner: { sign: 'sign of name of o1' } },
    ])
    expect(fetchedIds('names')).toEqual(['o1', 'o2'])
  })

  it('is fetched for all objects if it is also selected on all', async () => {
    await places.ours('{ sites { owner { name } ... on Camp { owner { phone } } } }')
    expect(fetchedIds('names')).toEqual(['o1', 'o2'])
    expect(fetchedIds('phones')).toEqual(['o2'])
  })
})
