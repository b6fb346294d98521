import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../../chassis/testing/until.ts'
import type { Contender } from './contenders.ts'
import type { CpuMs, Stored } from './usage.ts'

/** What some work used, for one order. */
export type Cost = {
  seconds: number
  /** Above what the programs use when there is nothing to do. */
  cpuMs: CpuMs
  stored: Stored
}

export type Placed = { ids: string[]; latencies: number[]; deferred: number }

/** How long the rest of a round's work, such as marking what was published, still counts for it. */
const SETTLE_MS = 500
const IDLE_MS = 5_000

/** The CPU time in ms that each program uses in a second without orders. */
export async function idleOf({ usage }: Contender): Promise<CpuMs> {
  const before = usage.cpuMs()
  await delay(IDLE_MS)
  return difference(before, usage.cpuMs(), IDLE_MS / 1_000)
}

/** Does `work`, on `count` orders, and measures what all programs of the contender use for it. */
export async function measure<Done>(
  { usage }: Contender,
  count: number,
  idle: CpuMs,
  work: () => Promise<Done>,
): Promise<{ done: Done; cost: Cost }> {
  const storedBefore = await usage.stored()
  const before = usage.cpuMs()
  const startedAt = performance.now()
  const done = await work()
  const seconds = (performance.now() - startedAt) / 1_000
  await delay(SETTLE_MS)
  const used = difference(before, usage.cpuMs(), count)
  const idleSeconds = (performance.now() - startedAt) / 1_000 / count
  const cpuMs = Object.fromEntries(
    Object.entries(used).map(([name, ms]) => [name, ms - (idle[name] ?? 0) * idleSeconds]),
  )
  // `difference` has the same keys.
  const stored = difference(storedBefore, await usage.stored(), count) as Stored
  return { done, cost: { seconds, cpuMs, stored } }
}

/**
 * Places `orders` orders, one at a time for each client, in the first `hot` of the contender's hot windows in turn; waits until my-page
 * shows all of them as reserved.
 */
export async function place(contender: Contender, orders: number, clients: number, hot = 0): Promise<Placed> {
  const placed: Placed = { ids: [], latencies: [], deferred: 0 }
  let next = 0
  const client = async (customer: number) => {
    while (next++ < orders) {
      const from = performance.now()
      const windowId = contender.hotWindows[next % hot]
      const { id, isDeferred } = await contender.place(customer, windowId)
      placed.latencies.push(performance.now() - from)
      placed.ids.push(id)
      if (isDeferred) placed.deferred++
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index + 1)))
  await allHave(contender, 'StockReserved', placed.ids)
  return placed
}

export const allHave = ({ usage }: Contender, fact: string, ids: string[]) =>
  until(async () => (await usage.withFact(fact, ids)) === ids.length, `my-page shows ${fact} of all orders`)

/** How much each value has grown, divided by `count`. */
function difference(
  before: Record<string, number>,
  after: Record<string, number>,
  count: number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, (value - (before[name] ?? 0)) / count]))
}
