import { describe, expect, it } from '@jest/globals'
import { buildSchema, type GraphQLObjectType } from 'graphql'
import { operationOf } from '../../testing/operation.ts'
import { type Projection, project } from '../answer/project.ts'
import { withConditionValues } from '../selection/conditions.ts'
import type { Json } from '../selection/json.ts'
import { type CompiledSelection, compileOutput, outputFor } from './output.ts'

const schema = buildSchema(`
  type Query { node: Node, dog: Dog, any: Any }
  interface Node { id: ID, friend: Node }
  type Dog implements Node { id: ID, friend: Node, barks: Boolean }
  type Cat implements Node { id: ID, friend: Node, lives: Int }
  union Any = Dog | Cat`)

function selectionOf(source: string, variables: Json = {}): CompiledSelection {
  const query = schema.getQueryType() as GraphQLObjectType // as written above
  return compileOutput(withConditionValues(schema, operationOf(schema, source), variables).selectionSet, query, schema)
}

function answer(source: string, tree: Json, variables: Json = {}) {
  const projection: Projection = { introspect: () => null, violations: [], refusals: [], path: [] }
  return JSON.stringify(project(selectionOf(source, variables), tree, projection))
}

const dog = { __typename: 'Dog', id: '1', barks: true, friend: { __typename: 'Cat', id: '2', lives: 9 } }

describe('an answer', () => {
  it('has its fields in the order in which the operation first selects them', () => {
    const source =
      'query ($x: Boolean!) { dog { a: id @include(if: $x) barks ... @skip(if: $x) { c: id } a: id b: id } }'
    const tree = { dog: { ...dog, a: '1', b: '1', c: '1' } }
    expect(answer(source, tree, { x: true })).toBe('{"dog":{"a":"1","barks":true,"b":"1"}}')
    expect(answer(source, tree, { x: false })).toBe('{"dog":{"barks":true,"c":"1","a":"1","b":"1"}}')
  })

  it('merges a field that is selected twice, each time under its own conditions', () => {
    const source = `query ($x: Boolean!, $y: Boolean!) { ...f @include(if: $x) dog { id ...g @skip(if: $y) } }
      fragment f on Query { dog { barks } } fragment g on Dog { friend { id } }`
    expect(answer(source, { dog }, { x: true, y: true })).toBe('{"dog":{"barks":true,"id":"1"}}')
    expect(answer(source, { dog }, { x: false, y: false })).toBe('{"dog":{"id":"1","friend":{"id":"2"}}}')
  })

  it('has the fields of fragments that apply to the runtime type', () => {
    const source =
      '{ node { __typename ... on Dog { barks } ... on Cat { lives } ... on Node { friend { ...n } } } any { ... on Node { id } } } fragment n on Node { ... on Cat { lives } }'
    expect(answer(source, { node: dog, any: dog.friend })).toBe(
      '{"node":{"__typename":"Dog","barks":true,"friend":{"lives":9}},"any":{"id":"2"}}',
    )
  })

  it('leaves out fields that can never be included', () => {
    expect(
      answer(
        'query ($x: Boolean!) { dog { id @include(if: $x) @skip(if: $x) b: barks @skip(if: true) } }',
        { dog },
        { x: true },
      ),
    ).toBe('{"dog":{}}')
  })
})

describe('compiled output', () => {
  it('is compiled once per type, and shared by members of an interface with equal selections', () => {
    const selection = selectionOf('{ node { friend { friend { id } } } }')
    const node = outputFor(selection, undefined)?.fields[0]?.type.selection as CompiledSelection // a field of objects
    const selections = ['Dog', 'Cat'].map((type) => outputFor(node, type)?.fields[0]?.type.selection)
    expect(outputFor(node, 'Dog')).toBe(outputFor(node, 'Dog'))
    expect(selections[0]).toBe(selections[1])
  })

  it('keeps nothing for unknown types, however many a subgraph sends', () => {
    const selection = selectionOf('{ node { id } }')
    const node = outputFor(selection, undefined)?.fields[0]?.type.selection as CompiledSelection // a field of objects
    for (let i = 0; i < 100; i++) expect(outputFor(node, `Type${i}`)).toBeUndefined()
    expect(node.byType.size).toBe(0)
  })
})
