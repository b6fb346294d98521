import { describe, expect, it } from '@jest/globals'
import { buildSchema } from 'graphql'
import { createBudget, createWorkQueue } from '../limits/work-queue.ts'
import { type ReadInTurn, readInTurns } from './in-turns.ts'
import { createOperationReader } from './read-operation.ts'

const rig = (settings = { maxQueuedEach: 2, maxQueued: 3 }) => {
  const reader = createOperationReader(buildSchema('type Query { hello: String }'))
  const order: unknown[] = []
  const recorded: typeof reader = Object.assign(
    (...[params, client]: Parameters<typeof reader>) => {
      if (!reader.knows(params)) order.push(params.query)
      return reader(params, client)
    },
    { knows: reader.knows },
  )
  const budget = createBudget(200, 1_000)
  const work = createWorkQueue(budget, settings)
  return { inTurn: readInTurns(recorded, work), work, budget, order }
}
const codeOf = async (answer: ReturnType<ReadInTurn>) => {
  const read = await answer
  return 'errors' in read ? read.errors[0]?.extensions.code : read.kind
}

describe('an operation', () => {
  it('that is known is read at once', async () => {
    const { inTurn } = rig()
    await inTurn({ query: '{ hello }' }, 'ann')
    expect(inTurn({ query: '{ hello }' }, 'bob')).toMatchObject({ kind: 'query' })
  })

  it('that is new waits for its turn, and equal ones that arrive meanwhile wait with it', async () => {
    const { inTurn, order } = rig()
    const all = ['ann', 'bob', 'carl', 'dora', 'emil'].map((client) => codeOf(inTurn({ query: '{ hello }' }, client)))
    expect(order).toEqual([])
    expect(await Promise.all(all)).toEqual(Array(5).fill('query'))
  })

  it('that many send at once is read at the earliest turn of a few of them', async () => {
    const { inTurn, work, order } = rig({ maxQueuedEach: 100, maxQueued: 1_000 })
    for (let n = 0; n < 50; n++) void inTurn({ query: `{ flood${n}: hello }` }, 'flood')
    const sentByFlood = inTurn({ query: '{ hello }' }, 'flood')
    const many = Array.from({ length: 30 }, (_, n) => codeOf(inTurn({ query: '{ hello }' }, `client ${n}`)))
    expect(work.queued()).toBe(60)
    expect(await Promise.all([...many, codeOf(sentByFlood)])).toEqual(Array(31).fill('query'))
    expect(order.length).toBeLessThan(5)
    expect(order.filter((query) => query === '{ hello }')).toHaveLength(1)
  })

  it('that many send at once is refused to each of them if it is invalid', async () => {
    const { inTurn, work } = rig()
    const all = ['ann', 'bob', 'carl', 'dora'].map((client) => codeOf(inTurn({ query: '{ nothing }' }, client)))
    expect(await Promise.all(all)).toEqual(Array(4).fill('GRAPHQL_VALIDATION_FAILED'))
    expect(work.queued()).toBe(0)
  })

  it('is new as long as another one of the same text is known only', async () => {
    const { inTurn, work } = rig()
    const query = 'query A { hello } query B { hello }'
    await inTurn({ query, operationName: 'A' }, 'ann')
    const other = inTurn({ query, operationName: 'B' }, 'ann')
    expect(work.queued()).toBe(1)
    expect(await codeOf(other)).toBe('query')
    expect(inTurn({ query, operationName: 'B' }, 'ann')).toMatchObject({ kind: 'query' })
  })

  it('of a client that owes work is refused, and so is one too many', async () => {
    const { inTurn, budget } = rig()
    budget.charge('ann', 5_000)
    expect(await codeOf(inTurn({ query: '{ a: hello }' }, 'ann'))).toBe('RATE_LIMITED')
    const many = Array.from({ length: 5 }, (_, n) => codeOf(inTurn({ query: `{ b${n}: hello }` }, 'bob')))
    expect((await Promise.all(many)).sort()).toEqual(['OVERLOADED', 'OVERLOADED', 'OVERLOADED', 'query', 'query'])
  })
})
