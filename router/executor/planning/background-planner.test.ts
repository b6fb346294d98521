import { readdirSync, readFileSync } from 'node:fs'
import { expect, it, jest } from '@jest/globals'
import { compose } from '../../testing/router.ts'
import { LINK } from '../testing/both-executors.ts'
import { createBackgroundPlanner, PlannerUnavailable } from './background-planner.ts'
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
/** Longer than anything that does not hang. */
const HANGS_MS = 280_000
const planned = expect.objectContaining({ kind: 'QueryPlan', node: expect.anything() })

it('plans in a process, and reports what the planner throws', async () => {
  const plan = createBackgroundPlanner(sdl, { planningMs: 60_000 })
  const onWork = jest.fn()
  expect(await plan('{ user { id } }', onWork)).toEqual(planned)
  await expect(plan('{ none }', onWork)).rejects.toThrow('none')
  expect(await plan('{ user { best { id } } }')).toEqual(planned)
  expect(onWork.mock.calls).toEqual([[expect.any(Number)], [expect.any(Number)]])
})

it('plans on root types of any names', async () => {
  const roots = ['type Query { a: A } type A { b: Int }', 'type Query { c: Int }']
  const composed = compose(roots.map((typeDefs, n) => ({ name: `s${n}`, url: 'http://s', typeDefs })))
  const plan = createBackgroundPlanner(composed.replaceAll(/\bQuery\b/g, 'Root'), { planningMs: 60_000 })
  expect(await plan('{ a { b } c }')).toEqual(planned)
})

it('ends with an endless plan, and plans the next operation in a new process', async () => {
  const plan = createBackgroundPlanner(sdl, { planningMs: 200 })
  const onWork = jest.fn()
  await expect(plan(endless, onWork)).rejects.toThrow(TookTooLong)
  expect(onWork.mock.calls).toEqual([[200]])
  // It ends for lack of memory, which a thread's limit would not survive.
  const other = createBackgroundPlanner(sdl, { planningMs: HANGS_MS, maxHeapMb: 96 })
  await expect(other(endless)).rejects.toThrow('The planner ended')
  expect(await other('{ user { id } }')).toEqual(planned)
})

it('gives up a process that does not start', async () => {
  const plan = createBackgroundPlanner(sdl, { startMs: 1 })
  await expect(plan('{ user { id } }')).rejects.toThrow(new PlannerUnavailable('The planner has not started.'))
  await expect(plan('{ user { id } }')).rejects.toThrow(PlannerUnavailable)
})

/** The processes of planners that this one has started. */
const plannerIds = () =>
  readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id))
    .filter((id) => {
      try {
        const isOurs = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === `${process.pid}`
        return isOurs && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('planner-process')
      } catch {
        return false // It has ended meanwhile.
      }
    })
    .map(Number)

it('plans an operation again whose process was ended from outside, once', async () => {
  const before = plannerIds()
  const plan = createBackgroundPlanner(sdl, { planningMs: HANGS_MS, maxHeapMb: 96 })
  expect(await plan('{ user { id } }')).toEqual(planned)
  const onWork = jest.fn()
  const again = plan(endless, onWork)
  for (const id of plannerIds()) if (!before.includes(id)) process.kill(id, 'SIGKILL')
  await expect(again).rejects.toThrow('The planner ended') // The second process, for lack of memory.
  expect(onWork).toHaveBeenCalledTimes(2)
})
