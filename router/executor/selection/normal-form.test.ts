import { describe, expect, it } from '@jest/globals'
import {
  buildSchema,
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  type GraphQLTypeResolver,
  isLeafType,
  isListType,
  parse,
  print,
  stripIgnoredCharacters,
} from 'graphql'
import { documentOf } from '../../operation.ts'
import { operationOf } from '../../testing/operation.ts'
import { randomOperations } from '../../testing/random-operations.ts'

const schema = buildSchema(`
  directive @traced on FIELD | INLINE_FRAGMENT
  type Query { things: [Thing], car: Car, any: Any, query: Query, count(of: Int): Int, open: Int, users(first: Int): [Firm] }
  type Mutation { wash(id: ID): Car }
  interface Thing { id: ID, like: Thing }
  interface Vehicle implements Thing { id: ID, like: Thing, wheels: Int }
  interface Brand { name: String }
  type Car implements Thing & Vehicle { id: ID, like: Thing, wheels: Int, price: Int }
  type Bike implements Thing & Vehicle { id: ID, like: Thing, wheels: Int }
  type Firm implements Thing & Brand { id: ID, like: Thing, name: String }
  union Any = Car | Firm`)
const formOf = (source: string) => stripIgnoredCharacters(print(operationOf(schema, source)))

describe('fragments', () => {
  it.each([
    ['{ ...F } fragment F on Query { car { ...G id } } fragment G on Car { price }', '{car{price id}}'],
    [
      '{ car { ... { ... on Car { id } ... on Vehicle { wheels } ... on Thing { like { id } } } } }',
      '{car{id wheels like{id}}}',
    ],
    ['{ things { ... on Vehicle { ... on Thing { id } wheels } } }', '{things{...on Vehicle{id wheels}}}'],
    ['{ any { ... on Thing { id } } }', '{any{...on Thing{id}}}'],
    [
      'query ($v: Boolean!) { car { ...F @include(if: $v) ... @traced { id } } } fragment F on Car { price }',
      'query($v:Boolean!){car{...@include(if:$v){price}...@traced{id}}}',
    ],
    [
      'query ($v: Boolean!) { any { ... on Car { ... on Thing @skip(if: $v) { id } ... @skip(if: $v) { price } } } }',
      'query($v:Boolean!){any{...on Car{...@skip(if:$v){id price}}}}',
    ],
    [
      '{ __schema { ...S } } fragment S on __Schema { types { ...T } } fragment T on __Type { name ... { kind } }',
      '{__schema{types{name kind}}}',
    ],
    [
      '{ __type(name: "Car") { ... on __Type { name } } any { ... { __typename } } }',
      '{__type(name:"Car"){name}any{__typename}}',
    ],
    [
      'mutation { ...M } fragment M on Mutation { a: wash(id: 1) { id } b: wash(id: 2) { ... on Car { id } } }',
      'mutation{a:wash(id:1){id}b:wash(id:2){id}}',
    ],
  ])('of %s are inline, and only where they add a condition', (source, form) => {
    expect(formOf(source)).toBe(form)
  })

  it.each([
    [
      '{ things { ... on Car { price } ... on Brand { ... on Thing { ... on Vehicle { wheels } } } } }',
      '{things{...on Car{price}}}',
    ],
    ['{ things { ... on Brand { ... on Thing { ... on Vehicle { wheels } } } } }', '{things}'],
    [
      '{ any { ... on Vehicle { ... on Thing { ... on Bike { id } } ... on Car { id } } } }',
      '{any{...on Vehicle{...on Car{id}}}}',
    ],
    ['query ($v: Boolean!) { any { ... on Thing @skip(if: $v) { ... on Bike { id } } } }', 'query($v:Boolean!){any}'],
  ])('of %s that no object can meet are left out', (source, form) => {
    expect(formOf(source)).toBe(form)
  })

  it('that spread each other repeatedly are expanded in no time', () => {
    const bomb = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Car { ...F${n + 1} ... { ...F${n + 1} } }`)
    expect(formOf(`{ car { ...F0 } } ${bomb.join(' ')} fragment F60 on Car { id }`)).toBe('{car{id}}')
    const objects = bomb.map((text) => text.replace(/\.\.\.(F\d+) .*/, 'a: like { ...$1 } b: like { ...$1 } }'))
    const { selectionSet } = operationOf(
      schema,
      `{ car { ...F0 } } ${objects.join(' ').replaceAll(' on Car', ' on Thing')} fragment F60 on Thing { id }`,
    )
    expect(selectionSet.selections).toHaveLength(1)
  })

  it('that are spread repeatedly have one node for each type, so that what is known of a node holds everywhere', () => {
    const { selectionSet } = operationOf(
      schema,
      '{ a: car { ...F } b: car { ...F } things { ...F ... on Bike { ...F } } } fragment F on Thing { id }',
    )
    const [a, b, things] = selectionSet.selections.map((each) => each.selectionSet?.selections ?? [])
    expect(a?.[0]).toBe(b?.[0])
    expect(things?.[0]).not.toBe(a?.[0])
  })
})

describe('conditions', () => {
  it.each([
    ['{ car { id @include(if: false) } }', '{car}'],
    ['{ car { id @skip(if: true) price @skip(if: false) @include(if: true) } count @skip(if: true) }', '{car{price}}'],
    [
      '{ ... @skip(if: true) { count } ...F @include(if: false) car { id } } fragment F on Query { count }',
      '{car{id}}',
    ],
    ['query ($v: Boolean!) { car @skip(if: $v) @traced { id } }', 'query($v:Boolean!){car@skip(if:$v)@traced{id}}'],
  ])('of %s that never hold exclude, and those that always hold vanish', (source, form) => {
    expect(formOf(source)).toBe(form)
  })

  it('that exclude everything leave an object, which is still answered', async () => {
    const operation = operationOf(
      schema,
      '{ car { ... on Car @skip(if: true) { id } } __schema { types @skip(if: true) { name } } }',
    )
    const { data } = await execute({ schema, document: documentOf(operation), rootValue: { car: { id: 1 } } })
    expect(JSON.stringify(data)).toBe('{"car":{},"__schema":{}}')
  })

  it('keep the declarations of their variables, which are coerced as before', () => {
    expect(formOf('query ($v: Boolean!, $n: Int = 3) { car { id @include(if: $v) @skip(if: true) } }')).toBe(
      'query($v:Boolean!$n:Int=3){car}',
    )
  })
})

describe('equal selections', () => {
  it.each([
    ['{ count count n: count n: count(of: null) car { id } car { price id } }', '{count n:count car{id price}}'],
    ['{ car { like { id } } count car { like { ... on Car { price } } } }', '{car{like{id ...on Car{price}}}count}'],
    ['{ things { ... on Car { id } ... on Car { price } } }', '{things{...on Car{id price}}}'],
    [
      'query ($v: Boolean!) { count @skip(if: $v) count count @skip(if: $v) }',
      'query($v:Boolean!){count@skip(if:$v)count}',
    ],
    // Merging these would change the order of the response.
    [
      '{ things { like { id } ... on Car { like { x: id } } like { y: id } } }',
      '{things{like{id}...on Car{like{x:id}}like{y:id}}}',
    ],
    [
      '{ things { ... on Car { id } like { id } ... on Car { price } } }',
      '{things{...on Car{id}like{id}...on Car{price}}}',
    ],
    [
      'query ($v: Boolean!) { car @skip(if: $v) { id } car { price } car @skip(if: $v) { wheels } }',
      'query($v:Boolean!){car@skip(if:$v){id}car{price}car@skip(if:$v){wheels}}',
    ],
  ])('of %s are merged in the order of the response', (source, form) => {
    expect(formOf(source)).toBe(form)
  })

  it('have one normal form, of which the normal form is the same', () => {
    const form = formOf('{ ...F things { id } } fragment F on Query { things { ... on Car { price } } car { id } }')
    expect(formOf(form)).toBe(form)
  })
})

it('random operations have the same answer in normal form, in the same order', async () => {
  const typeResolver: GraphQLTypeResolver<unknown, unknown> = (_, __, { path }, type) => {
    if (type.name === 'Vehicle' || type.name === 'Brand') return type.name === 'Brand' ? 'Firm' : 'Bike'
    return path.key === 0 ? 'Car' : 'Firm'
  }
  const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (_, __, ___, { returnType, fieldName }) => {
    if (isListType(returnType)) return [{}, {}]
    return isLeafType(returnType) ? fieldName.length : {}
  }
  const answerTo = async (document: DocumentNode, variableValues: Record<string, unknown>) => {
    const { data } = await execute({ schema, document, variableValues, rootValue: {}, fieldResolver, typeResolver })
    return JSON.stringify(data)
  }
  for (const { source, variables } of randomOperations(schema, 11, 300)) {
    const document = documentOf(operationOf(schema, source))
    expect([source, await answerTo(document, variables)]).toEqual([source, await answerTo(parse(source), variables)])
  }
})
