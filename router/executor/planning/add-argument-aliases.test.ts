import type { FetchNode, QueryPlanFieldNode } from '@apollo/query-planner'
import { describe, expect, it } from '@jest/globals'
import { type ObjectTypeDefinitionNode, OperationTypeNode, parse, print } from 'graphql'
import { buildFederation } from '../../supergraph/load.ts'
import type { ArgumentAliases } from '../compile/argument-aliases.ts'
import { splitByArguments } from '../compile/split-fetch.ts'
import { addArgumentAliases } from './add-argument-aliases.ts'

const sdl = `
  schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) {
    query: Query
  }
  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT
  directive @join__field(graph: join__Graph, requires: join__FieldSet, external: Boolean) repeatable on FIELD_DEFINITION
  directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT
  directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
  directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
  scalar join__FieldSet
  scalar link__Import
  enum link__Purpose { SECURITY EXECUTION }
  type Query @join__type(graph: A) { post: Post @join__field(graph: A) }
  enum join__Graph { A @join__graph(name: "a", url: "") D @join__graph(name: "the-d", url: "") }
  type Post @join__type(graph: A, key: "id") @join__type(graph: D, key: "id") {
    id: ID!
    size(unit: Int = 1): Int @join__field(graph: A) @join__field(graph: D, external: true)
    box: Box @join__field(graph: A) @join__field(graph: D, external: true)
    x: Int @join__field(graph: D, requires: "size(unit: 3)")
    y: Int @join__field(graph: D, requires: "size box { size(unit: 3) }")
    z: Int @join__field(graph: D, requires: "box { id }")
  }
  type Box @join__type(graph: A) @join__type(graph: D) { id: ID, size(unit: Int): Int @join__field(graph: A) @join__field(graph: D, external: true) }`

const field = (changed: string, type: string, name: string) => {
  const found = parse(changed).definitions.find(
    (each): each is ObjectTypeDefinitionNode => 'name' in each && each.name?.value === type,
  )
  const node = found?.fields?.find((each) => each.name.value === name)
  return node && print(node)
}

describe('argument aliases', () => {
  const { sdl: changed, aliases, requiredAliases } = addArgumentAliases(sdl, buildFederation(sdl))

  it('are fields without arguments, one for each set of arguments, in the types and subgraphs that use them', () => {
    expect(
      [...aliases].map(([name, alias]) => [name, alias.field, alias.arguments.map((each) => print(each))]),
    ).toEqual([
      ['size__0', 'size', ['unit: 3']],
      ['size__1', 'size', []],
    ])
    expect(field(changed, 'Post', 'size__0')).toBe(
      'size__0: Int @join__field(graph: A) @join__field(graph: D, external: true)',
    )
    expect(field(changed, 'Box', 'size__0')).toBeDefined()
    expect(field(changed, 'Box', 'size__1')).toBeUndefined()
  })

  it('replace fields in @requires; a field that is no longer required there is no longer @external', () => {
    expect(field(changed, 'Post', 'x')).toBe('x: Int @join__field(graph: D, requires: "size__0")')
    expect(field(changed, 'Post', 'y')).toBe('y: Int @join__field(graph: D, requires: "size__1 box{size__0}")')
    expect(field(changed, 'Post', 'size')).toBe('size(unit: Int = 1): Int @join__field(graph: A)')
    expect([...requiredAliases]).toEqual([
      ['the-d.Post.x', ['size__0']],
      ['the-d.Post.y', ['size__1', 'box.size__0']],
    ])
  })

  it('are not added to a supergraph whose @requires have no arguments', () => {
    const plain = sdl.replace(/ @join__field\(graph: D, requires: "size.*/g, '')
    expect(addArgumentAliases(plain, buildFederation(sdl)).sdl).toBe(plain)
  })
})

describe('a fetch', () => {
  const argumentAliases: ArgumentAliases = addArgumentAliases(sdl, buildFederation(sdl))
  const fetch = (names: string[], operation: string, more: QueryPlanFieldNode[] = []): FetchNode => ({
    kind: 'Fetch',
    serviceName: 'the-d',
    requires: [
      {
        kind: 'InlineFragment',
        typeCondition: 'Post',
        selections: [...names.map((name) => ({ kind: 'Field' as const, name })), ...more],
      },
    ],
    variableUsages: ['v', 'w'],
    operation,
    operationName: undefined,
    operationKind: OperationTypeNode.QUERY,
  })

  it('is one request if each required field has one set of arguments', () => {
    const node = fetch(['__typename', 'id', 'size__0'], '{_entities{...on Post{x z}}}')
    expect(splitByArguments(node, argumentAliases)).toEqual([node])
  })

  it('is split if a required field has different arguments, each part with its own requirements', () => {
    const operation = `query($representations:[_Any!]!$v:Int$w:Int){_entities(representations:$representations){
      ...on Post{a:x(v:$v)y(w:$w)z ...on Post{b:x(v:$w)}}}}`
    const box = { kind: 'Field' as const, name: 'box', selections: [{ kind: 'Field' as const, name: 'size__0' }] }
    const node = fetch(['__typename', 'id', 'size__0', 'size__1'], operation, [box])
    const parts = splitByArguments(node, argumentAliases)
    const entities = '{_entities(representations:$representations)'
    expect(parts.map((part) => [part.operation, part.variableUsages])).toEqual([
      [
        `query($representations:[_Any!]!$v:Int$w:Int)${entities}{...on Post{a:x(v:$v)z ...on Post{b:x(v:$w)}}}}`,
        ['v', 'w'],
      ],
      [`query($representations:[_Any!]!$w:Int)${entities}{...on Post{y(w:$w)}}}`, ['w']],
    ])
    const otherParts = splitByArguments(
      { ...node, operation: operation.replace('$v', '$v:Int$u').replace('b:x(v:$w)', 'z(v:$u)') },
      argumentAliases,
    )
    expect(otherParts.map(({ operation }) => operation.includes('$u'))).toEqual([true, false])
    expect(parts.map(({ requires }) => requires)).toEqual([
      fetch(['__typename', 'id', 'size__0'], '', [box]).requires,
      fetch(['__typename', 'id', 'size__1'], '', [box]).requires,
    ])
  })
})
