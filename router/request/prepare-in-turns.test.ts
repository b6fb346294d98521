import { describe, expect, it } from '@jest/globals'
import { buildSchema } from 'graphql'
import { createBackgroundQueue, createBudget, createWorkQueue } from '../limits/work-queue.ts'
import type { PlanRequest, Prepared } from '../operation.ts'
import { operationOf } from '../testing/operation.ts'
import { prepareInTurns } from './in-turns.ts'
import { cachedByPlan } from './plan-cache.ts'
import type { Preparer } from './prepare.ts'

const schema = buildSchema('type Query { small: Int, slow: Int, large: Int }')
const requestOf = (text: string): PlanRequest => ({ operation: operationOf(schema, text), coerced: {}, rights: null })
const PREPARED: Prepared = { primary: null, fetches: 0, run: async () => ({}) }

/** Plans by the name of a field: `large` is known to take long, `slow` turns out to. `finish` ends the plan under way elsewhere. */
function rig() {
  const budget = createBudget(200, 1_000, () => 0)
  const [work, background] = [createWorkQueue(budget, undefined, () => 0), createBackgroundQueue(budget)]
  const begun: string[] = []
  const finishers: (() => void)[] = []
  const slow = new Set<string>()
  const cache = cachedByPlan(() => PREPARED)
  const nameOf = ({ operation }: PlanRequest) => operation.name?.value ?? ''
  const kept = (request: PlanRequest, client: string) => {
    cache.keep(request, PREPARED, client)
    return PREPARED
  }
  const preparer: Preparer = Object.assign(cache, {
    isLong: (request: PlanRequest) => nameOf(request).startsWith('large') || slow.has(nameOf(request)),
    quickly: (request: PlanRequest, client: string) => {
      begun.push(nameOf(request))
      if (!nameOf(request).startsWith('slow')) return kept(request, client)
      slow.add(nameOf(request))
      return undefined
    },
    inBackground: async (request: PlanRequest, client: string) => {
      begun.push(`${nameOf(request)} elsewhere`)
      await new Promise<void>((resolve) => finishers.push(resolve))
      return kept(request, client)
    },
  })
  const inTurn = prepareInTurns(preparer, work, background)
  const plan = async (name: string, client: string) => {
    const prepared = await inTurn(requestOf(`query ${name} { small }`), client)
    return 'run' in prepared ? 'planned' : prepared.errors?.[0]?.extensions.code
  }
  /** Ends all plans elsewhere, one after the other. */
  const finishAll = async (isOver: () => boolean) => {
    while (!isOver()) {
      finishers.shift()?.()
      await new Promise(setImmediate)
    }
  }
  return { plan, begun, finishAll, budget }
}

describe('an operation that takes long to plan', () => {
  it('is planned elsewhere, and delays no small one', async () => {
    const { plan, begun, finishAll } = rig()
    const large = Array.from({ length: 5 }, (_, n) => plan(`large${n}`, 'flood'))
    for (let n = 0; n < 5; n++) expect(await plan(`small${n}`, 'ann')).toBe('planned')
    expect(begun).toEqual(['large0 elsewhere', 'small0', 'small1', 'small2', 'small3', 'small4'])
    let isOver = false
    const all = Promise.all(large).then((codes) => {
      isOver = true
      return codes
    })
    await finishAll(() => isOver)
    expect(await all).toEqual(Array(5).fill('planned'))
  })

  it('waits for at most one of every other client', async () => {
    const { plan, begun, finishAll } = rig()
    for (let n = 0; n < 20; n++) void plan(`large${n}`, 'flood')
    let isOver = false
    const ann = plan('largeOfAnn', 'ann').then((code) => {
      isOver = true
      return code
    })
    await finishAll(() => isOver)
    expect(await ann).toBe('planned')
    expect(begun.slice(0, 2)).toEqual(['large0 elsewhere', 'largeOfAnn elsewhere'])
  })

  it('is refused to a client that owes work, which its plans cause wherever they are made', async () => {
    const { plan, budget } = rig()
    budget.charge('ann', 3_200)
    expect(await plan('large', 'ann')).toBe('RATE_LIMITED')
  })

  it('is one that has taken long before', async () => {
    const { plan, begun, finishAll } = rig()
    let isOver = false
    const all = Promise.all(['ann', 'bob'].map((client) => plan('slow', client))).then((codes) => {
      isOver = true
      return codes
    })
    await finishAll(() => isOver)
    expect(await all).toEqual(['planned', 'planned'])
    expect(begun).toEqual(['slow', 'slow elsewhere'])
  })
})
