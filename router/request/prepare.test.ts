import { afterEach, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { NotCompiled, type OperationCompiler } from '../executor/planning/plan-and-compile.ts'
import { LINK, reference } from '../executor/testing/both-executors.ts'
import { createBackgroundQueue, createBudget, createWorkQueue } from '../limits/work-queue.ts'
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

it('an operation that is not planned at once is planned in another process', async () => {
  const ask = executorOf(['type Query { a: A } type A { b: Int }'], { quickMs: 1, backgroundMs: 60_000 })
  for (const _ of [1, 2])
    expect(
      await ask('query ($v: Boolean = true) { a { b ...F @include(if: $v) } } fragment F on A { c: b }'),
    ).toMatchObject({ data: { a: { b: 1 } } })
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
