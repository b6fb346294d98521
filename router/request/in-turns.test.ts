import { describe, expect, it } from '@jest/globals'
import { buildSchema } from 'graphql'
import { createBudget, createWorkQueue } from '../limits/work-queue.ts'
import { type ReadInTurn, readInTurns } from './in-turns.ts'
import { createOperationReader } from './read-operation.ts'

const rig = () => {
  const reader = createOperationReader(buildSchema('type Query { hello: String }'))
  const budget = createBudget(200, 1_000)
  const work = createWorkQueue(budget, { maxQueuedEach: 2, maxQueued: 3 })
  return { inTurn: readInTurns(reader, work), work, budget }
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
    const { inTurn, work } = rig()
    const all = ['ann', 'bob', 'carl', 'dora', 'emil'].map((client) => codeOf(inTurn({ query: '{ hello }' }, client)))
    expect(work.queued()).toBe(1)
    expect(await Promise.all(all)).toEqual(Array(5).fill('query'))
  })

  it('of a client that owes work is refused, and so is one too many', async () => {
    const { inTurn, budget } = rig()
    budget.charge('ann', 5_000)
    expect(await codeOf(inTurn({ query: '{ a: hello }' }, 'ann'))).toBe('RATE_LIMITED')
    const many = Array.from({ length: 5 }, (_, n) => codeOf(inTurn({ query: `{ b${n}: hello }` }, 'bob')))
    expect((await Promise.all(many)).sort()).toEqual(['OVERLOADED', 'OVERLOADED', 'OVERLOADED', 'query', 'query'])
  })
})
