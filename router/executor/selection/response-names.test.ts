import { describe, expect, it } from '@jest/globals'
import { print, stripIgnoredCharacters } from 'graphql'
import { parseOperation } from './normal-form.ts'
import { createFieldAliasing } from './response-names.ts'

const naming = createFieldAliasing(`
  type Book @join__type(graph: A, key: "id") @join__type(graph: B, key: "isbn { code }") {
    title: String
    price: Int @join__field(graph: A, requires: "weight")
  }`)
const named = (source: string) => {
  const { operation, responseNames } = naming(parseOperation(source))
  return { source: stripIgnoredCharacters(print(operation)), names: Object.fromEntries(responseNames) }
}

describe('fields', () => {
  it('are aliased if a client uses a name that the planner reads', () => {
    expect(named('{ book { id: title weight(unit: 1) code title: price } }')).toEqual({
      source: '{book{id_:title weight_:weight(unit:1)code title:price}}',
      names: { id_: 'id', weight_: 'weight' },
    })
  })

  it('stay as they are otherwise, and the operation is not copied', () => {
    const operation = parseOperation('{ book { id weight price(in: EUR) cheap: price } }')
    expect(naming(operation).operation).toBe(operation)
  })

  it('get aliases that the document does not use', () => {
    expect(named('{ book { id: title id_: price } }').names).toEqual({ id__: 'id' })
  })

  it('have the same alias everywhere, also in fragments', () => {
    const { source } = named('{ book { id: title ... on Book { id: title } } }')
    expect(source).toBe('{book{id_:title ...on Book{id_:title}}}')
  })

  it('of different meaning get different aliases if a subgraph has an interface object', () => {
    const naming = createFieldAliasing(
      'type Account @join__type(graph: A, key: "id", isInterfaceObject: true) { id: ID! }',
    )
    const { operation, responseNames } = naming(
      parseOperation('{ u { ... on Admin { score } ... on Guest { score(of: 1) } } }'),
    )
    expect(stripIgnoredCharacters(print(operation))).toBe('{u{...on Admin{score}...on Guest{score_:score(of:1)}}}')
    expect(Object.fromEntries(responseNames)).toEqual({ score_: 'score' })
  })

  it('of introspection are not aliased', () => {
    const { source } = named('{ __schema { types { id: name ... on __Type { code: kind } } } }')
    expect(source).toBe('{__schema{types{id:name ...on __Type{code:kind}}}}')
  })
})
