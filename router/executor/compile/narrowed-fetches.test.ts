import { beforeEach, describe, expect, it } from '@jest/globals'
import { bothExecutors, LINK, reference } from '../testing/both-executors.ts'

const owner = (n: number) => ({ id: `o${n}` })

/** Whoever owns a place is asked of in four subgraphs. */
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

/** The ids that a subgraph was asked for. */
const asked = (name: string) =>
  places.sent
    .filter(({ service }) => service === name)
    .flatMap(({ body }) => JSON.parse(body).variables.representations.map(({ id }: { id: string }) => id))
    .sort()

describe('what the client asks of an object by the type of what it hangs on', () => {
  it('is asked only for these', async () => {
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
    expect(asked('names')).toEqual(['o1'])
    expect(asked('phones')).toEqual(['o1', 'o2'])
  })

  it('is asked of nobody where there is none of the kind', async () => {
    places.override((service) => (service === 'phones' ? { failure: 'unavailable', cause: 'down' } : undefined))
    const source = `query ($v: Boolean!) { sites { ...Named ... on Camp { owner { name phone @include(if: $v) } } } }
      fragment Named on Hotel { owner { name } }`
    expect(await places.ours(source, { v: false })).not.toHaveProperty('errors')
    expect(asked('phones')).toEqual([])
    const { errors } = await places.ours(source, { v: true })
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['sites.1.owner.phone'])
    expect(asked('phones')).toEqual(['o2'])
    places.override(() => undefined)
  })

  it('is asked for all where others need it', async () => {
    const answer = await places.ours('{ places { ... on Hotel { owner { name } } ... on Camp { owner { sign } } } }')
    expect(answer.data?.places).toEqual([
      { owner: { name: 'name of o1' } },
      { owner: { sign: 'sign of name of o2' } },
      { owner: { sign: 'sign of name of o1' } },
    ])
    expect(asked('names')).toEqual(['o1', 'o2'])
  })

  it('is asked for all where it is asked of all', async () => {
    await places.ours('{ sites { owner { name } ... on Camp { owner { phone } } } }')
    expect(asked('names')).toEqual(['o1', 'o2'])
    expect(asked('phones')).toEqual(['o2'])
  })
})
