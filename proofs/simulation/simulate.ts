import { type Order, statusOf } from '../../subgraphs/order/domain/order.ts'
import type { StoreOrder } from '../../subgraphs/store/domain/store-order.ts'
import { createWorld } from './create-world.ts'
import { type Counts, noCounts } from './faults.ts'
import { checkDoor } from './invariants/door.ts'
import { checkFactsOnce, checkIdempotencyKeys, checkMyPage } from './invariants/facts.ts'
import { checkLiveStates } from './invariants/live.ts'
import { checkDeclinedTokens, checkExpectedTotals, checkMoney } from './invariants/money.ts'
import { firstAcceptBy, firstDue, unpaidOrder } from './invariants/pending-work.ts'
import { checkStates, checkStoresKnown } from './invariants/states.ts'
import { checkStock } from './invariants/stock.ts'
import { Violation } from './invariants/violation.ts'
import { checkWindows } from './invariants/windows.ts'
import { askForAll, atTheDoor } from './people/at-the-door.ts'
import { customer } from './people/customer.ts'
import { latecomer } from './people/latecomer.ts'
import { finishStore, owner } from './people/owner.ts'
import { type Actor, createActor, noRecords, type Records } from './people/requests.ts'
import { bringBack, finishDeliveries, rider } from './people/rider.ts'
import type { Person, Plan } from './plan.ts'
import type { Plant } from './plant.ts'
import { START } from './scheduler.ts'
import { createTrace, noTrace } from './trace.ts'
import type { World } from './world.ts'

/** The result of a schedule; `violation` is null if every rule held. */
export type ScheduleResult = { violation: { rule: string; message: string } | null; trace: string[]; steps: number }

/** Without faults, all work is finished long before. */
const SETTLE_TIMEOUT_MS = 30 * 60_000
/** One round for each step of an order: received, decorated, departed, failed, departed again, completed. */
const ROUNDS = 6

/** Runs one schedule, lets all work finish, and checks all rules. */
export async function simulate(
  plan: Plan,
  options: { plant?: Plant; counts?: Counts; withTrace?: boolean } = {},
): Promise<ScheduleResult> {
  let world: World | null = null
  const trace = options.withTrace ? createTrace(() => (world ? world.scheduler.now() - START : 0)) : noTrace
  let violation: ScheduleResult['violation'] = null
  try {
    world = createWorld(plan, options.plant ?? {}, options.counts ?? noCounts(), trace)
    await runPeople(world, plan)
  } catch (error) {
    const { rule, message } = violationOf(error)
    violation = { rule, message: trace.named(message) }
  }
  return { violation, trace: trace.lines(), steps: world?.scheduler.steps() ?? 0 }
}

async function runPeople(world: World, plan: Plan): Promise<void> {
  const { scheduler, trace } = world
  const records = noRecords()
  const people = plan.people.map((person) => ({
    person,
    self: createActor(world, records, person.name, plan.pace, plan.seed),
  }))
  let busy = people.length
  for (const { person, self } of people)
    world.spawn(async () => {
      if (person.does === 'order') await Promise.all([customer(self, person), atTheDoor(self, person)])
      else if (person.does === 'sell') await owner(self, person)
      else await rider(self, person)
      busy -= 1
    })
  if (plan.opensCalmly) await scheduler.run(() => storesAreOpen(world, plan) || busy === 0)
  world.faults.begin()
  await scheduler.run(() => busy === 0)
  world.faults.end()
  world.bus.beginLater()
  trace.log(() => 'the faults end')
  await settle(world, records)
  for (let round = 1; plan.finishes && round <= ROUNDS; round++) {
    let left = people.length
    for (const { person, self } of people)
      world.spawn(async () => {
        if (person.does === 'sell') await finishStore(self)
        if (person.does === 'ride') await finishDeliveries(self, person.fails)
        left -= 1
      })
    await scheduler.run(() => left === 0)
    await settle(world, records)
    await askAgain(world, people)
    await settle(world, records)
  }
  await finishWork(world, () => unpaidOrder(world))
  let isServed = false
  world.spawn(async () => {
    await latecomer(createActor(world, records, 'a late customer', plan.pace, plan.seed))
    isServed = true
  })
  await scheduler.run(() => isServed)
  await rejectUnaccepted(world, plan)
  await settle(world, records)
  await returnUnclaimed(world, people)
  await settle(world, records)
  countEnds(world)
}

/** Customers ask for second attempts of what failed. */
async function askAgain(world: World, people: { person: Person; self: Actor }[]): Promise<void> {
  let left = people.length
  for (const { person, self } of people)
    world.spawn(async () => {
      if (person.does === 'order' && self.random.chance(person.door.asksAgain)) await askForAll(self)
      left -= 1
    })
  await world.scheduler.run(() => left === 0)
}

function countEnds({ databases, faults }: World): void {
  for (const { status, attemptFailed, holdsPlace } of databases.order.rows<Order>('orders')) {
    faults.count(`(an order is ${statusOf({ status, attemptFailed })})`)
    if (holdsPlace) faults.count('(an order has a place in a window with a limit)')
  }
  for (const { rejectionCause } of databases.store.rows<StoreOrder>('storeOrders'))
    if (rejectionCause === 'NOT_ACCEPTED') faults.count('(nobody accepts an order in time)')
}

/** What nobody accepts is rejected by itself, one after the other: nothing else happens until then, so the clock skips that time. */
async function rejectUnaccepted(world: World, plan: Plan): Promise<void> {
  let restarts = plan.storeRestarts
  for (let due = firstAcceptBy(world); due !== null; due = firstAcceptBy(world)) {
    world.skipTo(due)
    if (restarts) world.restart('store')
    restarts = false
    const first = due
    await finishWork(world, () => (firstAcceptBy(world) === first ? 'an order waits for its florist' : null))
  }
}

/** How long before their time people come back to what failed. */
const LAST_MINUTE_MS = 5_000

/**
 * What nobody brings back or asks for again is returned by itself, one after the other; riders and customers may come at the same time.
 * Nothing else happens until then, so the clock skips that time.
 */
async function returnUnclaimed(world: World, people: { person: Person; self: Actor }[]): Promise<void> {
  for (let due = firstDue(world); due !== null; due = firstDue(world)) {
    world.skipTo(Math.max(world.scheduler.now(), due - LAST_MINUTE_MS))
    let left = people.length
    for (const { person, self } of people)
      world.spawn(async () => {
        await world.scheduler.sleep(self, self.random.below(3 * LAST_MINUTE_MS))
        if (person.does === 'order' && self.random.chance(person.door.asksAgain)) await askForAll(self)
        if (person.does === 'ride' && person.isOffline) await bringBack(self)
        left -= 1
      })
    await world.scheduler.run(() => left === 0)
    const first = due
    await finishWork(world, () => (firstDue(world) === first ? 'flowers wait to be returned' : null))
  }
}

/** Whether order's menu has every item of every store. */
function storesAreOpen({ databases }: World, { people }: Plan): boolean {
  const items = people.reduce((sum, person) => sum + (person.does === 'sell' ? person.items.length : 0), 0)
  return databases.order.rows('menu').length === items
}

/** Runs until no work is pending. */
async function finishWork(world: World, furtherWork: () => string | null = () => null): Promise<void> {
  const { scheduler } = world
  const until = scheduler.now() + SETTLE_TIMEOUT_MS
  const pendingWork = () => world.pendingWork() ?? furtherWork()
  await scheduler.run(() => scheduler.now() > until || !pendingWork())
  const left = pendingWork()
  if (left) throw new Violation('nothing is stuck', `Half an hour after the last fault: ${left}.`)
}

/** Runs until no work is pending, and checks all rules. */
async function settle(world: World, records: Records): Promise<void> {
  await finishWork(world)
  checkStates(world)
  checkStoresKnown(world)
  checkMoney(world)
  checkExpectedTotals(world, records)
  checkDeclinedTokens(world)
  checkStock(world, records)
  checkWindows(world)
  checkDoor(world, records)
  checkFactsOnce(world)
  checkIdempotencyKeys(world, records)
  checkMyPage(world)
  checkLiveStates(world)
}

function violationOf(error: unknown): { rule: string; message: string } {
  if (error instanceof Violation) return { rule: error.rule, message: error.message }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { rule: 'nothing fails', message }
}
