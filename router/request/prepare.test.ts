import { afterEach, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { PlannerUnavailable } from '../executor/planning/background-planner.ts'
import { createOperationCompiler, NotCompiled, type OperationCompiler } from '../executor/planning/plan-and-compile.ts'
import { LINK, reference } from '../executor/testing/both-executors.ts'
import { createBackgroundQueue, createBudget, createWorkQueue } from '../limits/work-queue.ts'
import type { PlanRequest } from '../operation.ts'
import { loadSupergraph } from '../supergraph/load.ts'
import { operationOf } from '../testing/operation.ts'
import { compose, startTestRouter } from '../testing/router.ts'
import { createExecutor } from './execute.ts'
import { prepareInTurns } from './in-turns.ts'
import { createPrepare } from './prepare.ts'

const lines: string[] = []
const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) })
afterEach(() => {
  lines.length = 0
})

function executorOf(
  typeDefs: string[],
  options: Pick<Parameters<typeof createPrepare>[0], 'quickMs' | 'backgroundMs' | 'compile' | 'onFallback'> = {},
  budget = createBudget(200, 1_000),
) {
  const supergraph = loadSupergraph(
    compose(typeDefs.map((sdl, n) => ({ name: `s${n}`, url: 'http://s', typeDefs: sdl }))),
  )
  const send = async () => ({ data: { a: { b: 1 } }, errors: [] })
  const work = createWorkQueue(budget)
  const prepare = createPrepare({ supergraph, send, log, work, ...options })
  const background = createBackgroundQueue(budget)
  const execute = createExecutor({ supergraph, prepare: prepareInTurns(prepare, work, background) })
  return (source: string, variables: Record<string, unknown> = {}, quotaKey = '') =>
    execute(
      { operation: operationOf(supergraph.clientSchema, source), variables },
      { claims: null, headers: {}, quotaKey },
    )
}

describe('an operation whose plan ours fails to compile', () => {
  const failing = () => {
    throw new NotCompiled('a test')
  }
  const compile: OperationCompiler = Object.assign(failing, {
    isLong: () => false,
    inBackground: async () => failing(),
  })

  it('is run by Apollo’s executor: logged once, counted each time', async () => {
    let fallbacks = 0
    const onFallback = () => void fallbacks++
    const ask = executorOf(['type Query { a: A } type A { b: Int }'], { compile, onFallback })
    const source = 'query ($v: Boolean!) { a { b @include(if: $v) } }'
    expect(await ask(source, { v: true })).toEqual({ data: { a: { b: 1 } } })
    expect(await ask(source, { v: true })).toEqual({ data: { a: { b: 1 } } })
    expect(await ask(source, { v: false })).toEqual({ data: { a: {} } })
    expect(fallbacks).toBe(3)
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(
      Array(2).fill('an operation is not compiled: Apollo’s executor runs it'),
    )
  })

  it('is refused to a caller who may not have all its fields, which Apollo’s executor would return', async () => {
    const secret = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
      type Query { a: A } type A { b: Int c: Int @requiresScopes(scopes: [["c"]]) }`
    const ask = executorOf([secret], { compile })
    expect(await ask('{ a { b c } }')).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_NOT_PLANNED' } }] })
    expect(await ask('{ a { b } }')).toEqual({ data: { a: { b: 1 } } })
  })
})

describe('a large operation', () => {
  const secret = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
    type Query { a: A b: Int @requiresScopes(scopes: [["b"]]) } type Mutation { a: A } type A { b: Int }`
  const fields = (count: number, field = 'b') =>
    Array.from({ length: count }, (_, n) => `${field}${n}: ${field}`).join(' ')
  const supergraph = loadSupergraph(compose([{ name: 's', url: 'http://s', typeDefs: secret }]))
  const requestOf = (source: string) => ({
    ...{ operation: operationOf(supergraph.clientSchema, source), coerced: {}, rights: null },
  })

  it('is planned in another process: more than 200 fields, in a mutation more than 100', () => {
    const send = async () => ({ data: {}, errors: [] })
    const { isLong } = createPrepare({ supergraph, send, log })
    const sources = [199, 200].map((count) => `{ a { ${fields(count)} } }`)
    const mutations = [99, 100].map((count) => `mutation { a { ${fields(count)} } }`)
    expect([...sources, ...mutations].map((source) => isLong(requestOf(source)))).toEqual([false, true, false, true])
  })

  it('is one with many nodes, since each is planned as every type', () => {
    const types = Array.from({ length: 8 }, (_, n) => `type T${n} implements Node @key(fields: "id"`)
    const imports = (names: string) =>
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${names}])`
    const router = `${imports('"@key", "@composeDirective"')}
      extend schema @link(url: "https://specs.flower.delivery/node/v1.0", import: ["@node"]) @composeDirective(name: "@node")
      directive @node on FIELD_DEFINITION
      type Query { node(id: ID!): Node @node } interface Node { id: ID! }
      ${types.map((type) => `${type}, resolvable: false) { id: ID! }`).join(' ')}`
    const owner = `${imports('"@key"')} type Query { a: Int } interface Node { id: ID! }
      ${types.map((type) => `${type}) { id: ID! }`).join(' ')}`
    const parts = [router, owner].map((typeDefs, n) => ({ name: `s${n}`, url: 'http://s', typeDefs }))
    const withNodes = loadSupergraph(compose(parts))
    const { isLong } = createPrepare({ supergraph: withNodes, send: async () => ({ data: {}, errors: [] }), log })
    const nodes = (count: number) =>
      `{ ${Array.from({ length: count }, (_, n) => `n${n}: node(id: "") { id }`).join(' ')} }`
    const requests = [nodes(11), nodes(12)].map((source) => ({
      ...{ operation: operationOf(withNodes.clientSchema, source), coerced: {}, rights: null },
    }))
    expect(requests.map(isLong)).toEqual([false, true])
  })

  it('is planned there once, which counts against the client', async () => {
    const charged: unknown[] = []
    const budget = { ...createBudget(200, 1_000), charge: (client: string) => void charged.push(client) }
    const ask = executorOf([secret], { backgroundMs: 60_000 }, budget)
    const source = `{ a { b ${fields(300)} } }`
    expect(await ask(source, {}, 'ann')).toMatchObject({ data: { a: { b: 1 } } })
    expect(charged).toEqual(['ann', 'ann', 'ann']) // before planning, for it, and after it
    expect(await ask(source, {}, 'bob')).toMatchObject({ data: { a: { b: 1 } } })
    expect(charged).toHaveLength(3)
  })

  it('of which the caller may have nothing needs no plan', async () => {
    const ask = executorOf([secret], { backgroundMs: 1 })
    const { data, errors = [] } = await ask(`{ ${fields(300)} }`)
    expect([Object.keys(data ?? {}).length, errors.length]).toEqual([300, 300])
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})

it('a large operation is planned later if the process that plans has not started', async () => {
  const supergraph = loadSupergraph(
    compose([{ name: 's0', url: 'http://s', typeDefs: 'type Query { a: A } type A { b: Int }' }]),
  )
  const real = createOperationCompiler(supergraph)
  let failures = 1
  const inBackground: OperationCompiler['inBackground'] = async (request) => {
    if (failures-- > 0) throw new PlannerUnavailable('a test')
    return real(request)
  }
  const compile = Object.assign((request: PlanRequest) => real(request), { isLong: () => true, inBackground })
  const ask = executorOf(['type Query { a: A } type A { b: Int }'], { compile })
  expect(await ask('{ a { b } }')).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] })
  expect(await ask('{ a { b } }')).toEqual({ data: { a: { b: 1 } } })
})

it('an operation that the planner never finishes is refused, and planned only once', async () => {
  const charged: number[] = []
  const budget = { ...createBudget(200, 1_000), charge: (_: string, ms: number) => void charged.push(ms) }
  const ask = executorOf(
    [
      `${LINK} type Query { user: User } interface User @key(fields: "id") { id: ID! name: String }
      type Admin implements User @key(fields: "id") { id: ID! name: String }`,
      `${LINK} type User @key(fields: "id") @interfaceObject { id: ID! name: String @external
      greeting: String @requires(fields: "name") }`,
      `${LINK} type User @key(fields: "id") @interfaceObject { id: ID! best: User }`,
    ],
    { quickMs: 50, backgroundMs: 50 },
    budget,
  )
  for (const _ of [1, 2])
    expect(await ask('{ user { best { ... on Admin { greeting } } } }')).toMatchObject({
      errors: [{ message: expect.stringContaining('took too long'), extensions: { code: 'OPERATION_NOT_PLANNED' } }],
    })
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['an operation could not be planned'])
  expect(charged).toContain(50) // What planning took elsewhere counts, too.
})

describe('an operation that the planner cannot plan', () => {
  // Its own check refuses what it made itself (Apollo's planner, 2.14).
  const user = `${LINK} type Query { user: User } interface User @key(fields: "id") { id: ID! name: String }
    type Admin implements User @key(fields: "id") { id: ID! name: String }`
  const greets = `${LINK} type User @key(fields: "id") @interfaceObject { id: ID! name: String @external
    greeting(loud: Boolean): String @requires(fields: "name") }`
  const ranks = `${LINK} type User @key(fields: "id") @interfaceObject { id: ID! greeting(loud: Boolean): String @external
    rank: String @requires(fields: "greeting(loud: true)") }`

  it('is refused; the planner runs once', async () => {
    const ask = executorOf([user, greets, ranks])
    for (const _ of [1, 2]) {
      expect(await ask('{ user { rank } }')).toMatchObject({
        errors: [{ extensions: { code: 'OPERATION_NOT_PLANNED' } }],
      })
    }
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['an operation could not be planned'])
  })
})

it('@context reaches the subgraph that wants it, over HTTP', async () => {
  const router = await startTestRouter([
    {
      name: 'rooms',
      typeDefs: `${LINK} type Query { room: Room } type Room @key(fields: "id") @context(name: "room") { id: ID! warmth: Int! lamp: Lamp! }
        type Lamp @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { room: () => ({ id: 'r1', warmth: 21, lamp: { id: 'l1' } }) } },
    },
    {
      name: 'lamps',
      typeDefs: `${LINK} type Lamp @key(fields: "id") { id: ID! glow(at: Int @fromContext(field: "$room { warmth }")): String }
        type Room @key(fields: "id") @context(name: "room") { id: ID! warmth: Int! @external }`,
      resolvers: { Lamp: { ...reference, glow: (_: unknown, { at }: { at: number }) => `glows at ${at}` } },
    },
  ])
  try {
    expect(await router.query('{ room { lamp { glow } } }')).toEqual({
      data: { room: { lamp: { glow: 'glows at 21' } } },
    })
  } finally {
    await router.close()
  }
})
