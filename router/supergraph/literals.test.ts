import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'
import { describe, expect, it } from '@jest/globals'
import { buildSchema, OperationTypeNode, parse, parseValue, print, valueFromAST } from 'graphql'
import { JsonNumber } from '../../chassis/exact-json.ts'
import { hideLiterals, readLiteralsExactly, restoreLiterals } from './literals.ts'

const schema = buildSchema(`
  scalar Long
  enum Kind { BIG }
  input Box { long: Long, longs: [Long], int: Int, id: ID, kind: Kind }
  type Query { a(long: Long, box: Box, int: Int, float: Float, id: ID, ids: [ID], text: String, kind: Kind): Int }`)

describe('literals', () => {
  it.each([
    'int: 1, float: 1.0, text: "1", kind: BIG, id: 1, id: "x", box: {int: 1, kind: BIG}',
    'long: "1.0", long: true, long: null, long: $v, box: {longs: ["1", $v]}',
  ])('that the planner passes on are not hidden: %s', (args) => {
    const document = parse(`query ($v: Long) { a(${args}) }`)
    expect(hideLiterals(document, schema)).toBe(document)
  })

  it('are restored wherever the plan has them', () => {
    const source =
      'query ($v: Long = 1.0) { a(long: {x: [1E2, BIG]}, box: {longs: [1, "1"], id: "1"}, text: "\\u0001") }'
    const hidden = print(hideLiterals(parse(source), schema))
    expect(hidden).toContain('$v: Long = "\\u00011.0"')
    const fetch = (operation: string): FetchNode => ({
      ...{ kind: 'Fetch', serviceName: 's', operation, operationName: undefined },
      operationKind: OperationTypeNode.QUERY,
    })
    const plain = fetch('{ a }')
    const restored = fetch('query($v:Long=1.0){a(long:{x:[1E2 BIG]}box:{longs:[1 "1"]id:"1"}text:"\\u0001")}')
    const below = (node: FetchNode): PlanNode => ({ kind: 'Flatten', path: ['a'], node })
    const plan = (each: FetchNode): QueryPlan => {
      const condition: PlanNode = { kind: 'Condition', condition: 'v', ifClause: each, elseClause: below(each) }
      const parallel: PlanNode = { kind: 'Parallel', nodes: [plain, each] }
      return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: [each, below(each), parallel, condition] } }
    }
    expect(restoreLiterals(plan(fetch(hidden)))).toEqual(plan(restored))
    const subscription = (primary: FetchNode): QueryPlan => ({
      kind: 'QueryPlan',
      node: { kind: 'Subscription', primary, rest: below(primary) },
    })
    expect(restoreLiterals(subscription(fetch(hidden)))).toEqual(subscription(restored))
    expect(restoreLiterals({ kind: 'QueryPlan' })).toEqual({ kind: 'QueryPlan' })
  })

  it('are read exactly by custom scalars', () => {
    readLiteralsExactly(schema)
    const read = (text: string) =>
      valueFromAST(parseValue(text), schema.getType('Long') as never, { v: new JsonNumber('1.0') })
    expect(read('9007199254740993')).toEqual(new JsonNumber('9007199254740993'))
    expect(read('{ a: [1.0, 1, BIG, "1.0", null, $v] }')).toEqual({
      a: [new JsonNumber('1.0'), 1, 'BIG', '1.0', null, new JsonNumber('1.0')],
    })
    expect(valueFromAST(parseValue('1'), schema.getType('Int') as never)).toBe(1)
  })
})
