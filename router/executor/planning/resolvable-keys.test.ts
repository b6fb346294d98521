import { describe, expect, it } from '@jest/globals'
import { bothExecutors, LINK, reference } from '../testing/both-executors.ts'
import { withResolvableKeysFirst } from './resolvable-keys.ts'

describe('a key that cannot be resolved', () => {
  const lamps = bothExecutors([
    {
      name: 'rooms',
      typeDefs: `${LINK}
        type Query { lamp: Lamp }
        type Lamp @key(fields: "place { x }", resolvable: false) @key(fields: "id place { y }") @key(fields: "id", resolvable: false) {
          id: ID!, place: Place!, name: String @external, label: String @requires(fields: "name")
        }
        type Place { x: Int!, y: Int! }`,
      resolvers: {
        Query: { lamp: () => ({ id: '1', place: { x: 1, y: 2 } }) },
        Lamp: { ...reference, label: ({ name, id }: Record<string, string>) => `${name} of ${id}` },
      },
    },
    {
      name: 'names',
      typeDefs: `${LINK} type Lamp @key(fields: "id") { id: ID!, name: String }`,
      resolvers: { Lamp: { ...reference, name: () => 'Moon' } },
    },
  ])

  it('is not used to return to its subgraph', async () => {
    expect(await lamps.ours('{ lamp { label } }')).toEqual({ data: { lamp: { label: 'Moon of 1' } } })
    expect(await lamps.theirs('{ lamp { label } }')).not.toEqual({ data: { lamp: { label: 'Moon of 1' } } })
  })

  it('comes last; a supergraph without such keys does not change', () => {
    const sdl =
      'type A @join__type(graph: B, key: "x", resolvable: false) @join__type(graph: B, key: "y") @other { x: ID }'
    expect(withResolvableKeysFirst(sdl)).toContain('@join__type(graph: B, key: "y") @other @join__type')
    const plain = 'type A @join__type(graph: B, key: "x")   @join__type(graph: C, key: "y") { x: ID }'
    expect(withResolvableKeysFirst(plain)).toBe(plain)
  })
})
