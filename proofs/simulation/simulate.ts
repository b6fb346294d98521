import type { Order } from '../../subgraphs/order/domain/order.ts'
import { worldOf } from './create-world.ts'
import { type Counts, noCounts } from './faults.ts'
import { factsAreOnce, keysAreOnce, myPageEquals } from './invariants/facts.ts'
import { checkLiveStates } from './invariants/live.ts'
import { fewAreDeclined, moneyAddsUp, nobodyPaysMore } from './invariants/money.ts'
import { statesAgree, storesAreKnown } from './invariants/states.ts'
import { stockAddsUp } from './invariants/stock.ts'
import { unpaid } from './invariants/unrest.ts'
import { Violation } from './invariants/violation.ts'
import { createPerson, noRecords, type Records } from './people/asking.ts'
import { customer } from './people/customer.ts'
import { finishStore, owner } from './people/owner.ts'
import { finishDeliveries, rider } from './people/rider.ts'
import type { Plan } from './plan.ts'
import type { Plant } from './plant.ts'
import { START } from './scheduler.ts'
import { createTrace, noTrace } from './trace.ts'
import type { World } from './world.ts'

/** The result of a schedule; `broken` is the rule that was violated, and how, or null. */
export type Outcome = { broken: { rule: string; message: string } | null; trace: string[]; steps: number }

/** Without faults everything is at rest long before. */
const AT_REST_MS = 30 * 60_000
/** One round for each step of an order: received, decorated, departed, completed. */
const ROUNDS = 4

/** Runs one schedule, lets everything settle, and checks all rules. */
export async function simulate(
  plan: Plan,
  options: { plant?: Plant; counts?: Counts; withTrace?: boolean } = {},
): Promise<Outcome> {
  let world: World | null = null
  const trace = options.withTrace ? createTrace(() => (world ? world.scheduler.now() - START : 0)) : noTrace
  let broken: Outcome['broken'] = null
  try {
    world = worldOf(plan, options.plant ?? {}, options.counts ?? noCounts(), trace)
    await runPeople(world, plan)
  } catch (error) {
    const { rule, message } = violationOf(error)
    broken = { rule, message: trace.named(message) }
  }
  return { broken, trace: trace.lines(), steps: world?.scheduler.steps() ?? 0 }
}

async function runPeople(world: World, plan: Plan): Promise<void> {
  const { scheduler, trace } = world
  const records = noRecords()
  const people = plan.people.map((person) => ({
    person,
    self: createPerson(world, records, person.name, plan.pace, plan.seed),
  }))
  let busy = people.length
  for (const { person, self } of people)
    world.spawn(async () => {
      if (person.does === 'order') await customer(self, person)
      else if (person.does === 'sell') await owner(self, person)
      else await rider(self, person.acts)
      busy -= 1
    })
  if (plan.opensCalmly) await scheduler.run(() => opened(world, plan) || busy === 0)
  world.faults.begin()
  await scheduler.run(() => busy === 0)
  world.faults.end()
  trace.log(() => 'the faults end')
  await settle(world, records)
  for (let round = 1; plan.finishes && round <= ROUNDS; round++) {
    let left = people.length
    for (const { person, self } of people)
      world.spawn(async () => {
        if (person.does === 'sell') await finishStore(self)
        if (person.does === 'ride') await finishDeliveries(self)
        left -= 1
      })
    await scheduler.run(() => left === 0)
    await settle(world, records)
  }
  await settle(world, records, () => unpaid(world))
  for (const { status } of world.databases.order.rows<Order>('orders')) world.faults.count(`(an order is ${status})`)
}

/** Whether every store has its menu. */
function opened({ databases }: World, { people }: Plan): boolean {
  const items = people.reduce((sum, person) => sum + (person.does === 'sell' ? person.items.length : 0), 0)
  return databases.order.rows('menu').length === items
}

/** Lets everything come to rest, and checks all rules. */
async function settle(world: World, records: Records, furtherUnrest: () => string | null = () => null): Promise<void> {
  const { scheduler } = world
  const until = scheduler.now() + AT_REST_MS
  const unrest = () => world.unrest() ?? furtherUnrest()
  await scheduler.run(() => scheduler.now() > until || !unrest())
  const left = unrest()
  if (left) throw new Violation('nothing is stuck', `Half an hour after the last fault ${left}.`)
  statesAgree(world)
  storesAreKnown(world)
  moneyAddsUp(world)
  nobodyPaysMore(world, records)
  fewAreDeclined(world)
  stockAddsUp(world, records)
  factsAreOnce(world)
  keysAreOnce(world, records)
  myPageEquals(world)
  checkLiveStates(world)
}

function violationOf(error: unknown): { rule: string; message: string } {
  if (error instanceof Violation) return { rule: error.rule, message: error.message }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { rule: 'nothing fails', message }
}
