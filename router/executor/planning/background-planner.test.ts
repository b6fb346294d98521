import { expect, it, jest } from '@jest/globals'
import { compose } from '../../testing/router.ts'
import { LINK } from '../testing/both-executors.ts'
import { createBackgroundPlanner, TooManyWaiting } from './background-planner.ts'
import { TookTooLong } from './time-limit.ts'

const sdl = compose(
  [
    `type Query { user: User } interface User @key(fields: "id") { id: ID! name: String }
      type Admin implements User @key(fields: "id") { id: ID! name: String }`,
    `type User @key(fields: "id") @interfaceObject { id: ID! name: String @external
      greeting: String @requires(fields: "name") }`,
    'type User @key(fields: "id") @interfaceObject { id: ID! best: User }',
  ].map((typeDefs, n) => ({ name: `s${n}`, url: 'http://s', typeDefs: `${LINK} ${typeDefs}` })),
)
const endless = '{ user { best { ... on Admin { greeting } } } }'
const planned = expect.objectContaining({ kind: 'QueryPlan', node: expect.anything() })

it('plans in a process, one operation after the other, and reports what the planner throws', async () => {
  const plan = createBackgroundPlanner(sdl, { planningMs: 60_000 })
  const onWork = jest.fn()
  const answers = await Promise.allSettled([
    plan('{ user { id } }', onWork),
    plan('{ none }', onWork),
    plan('{ user { best { id } } }'),
  ])
  expect(answers).toEqual([
    { status: 'fulfilled', value: planned },
    { status: 'rejected', reason: expect.objectContaining({ message: expect.stringContaining('none') }) },
    { status: 'fulfilled', value: planned },
  ])
  expect(onWork.mock.calls).toEqual([[expect.any(Number)], [expect.any(Number)]])
})

it('plans on root types of any names', async () => {
  const roots = ['type Query { a: A } type A { b: Int }', 'type Query { c: Int }']
  const composed = compose(roots.map((typeDefs, n) => ({ name: `s${n}`, url: 'http://s', typeDefs })))
  const plan = createBackgroundPlanner(composed.replaceAll(/\bQuery\b/g, 'Root'), { planningMs: 60_000 })
  expect(await plan('{ a { b } c }')).toEqual(planned)
})

it('ends with an endless plan, and plans the others in a new process', async () => {
  const plan = createBackgroundPlanner(sdl, { planningMs: 200 })
  const onWork = jest.fn()
  await expect(plan(endless, onWork)).rejects.toThrow(TookTooLong)
  expect(onWork.mock.calls).toEqual([[200]])
  // It ends for lack of memory, which a thread's limit would not survive.
  const other = createBackgroundPlanner(sdl, { planningMs: 60_000 })
  const [first, second] = await Promise.allSettled([other(endless), other('{ user { id } }')])
  expect(first.status).toBe('rejected')
  expect(second).toEqual({ status: 'fulfilled', value: planned })
})

it('refuses what would have to wait behind too many', async () => {
  const plan = createBackgroundPlanner(sdl, { planningMs: 60_000, maxWaiting: 1 })
  const first = plan('{ user { id } }')
  await expect(plan('{ user { id } }')).rejects.toThrow(TooManyWaiting)
  expect(await first).toEqual(planned)
})
