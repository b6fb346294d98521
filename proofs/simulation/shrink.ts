import { CONTEXTS, type Person, type Plan, type Wish } from './plan.ts'
import { PLAINEST_WINDOW } from './plan-windows.ts'
import type { Plant } from './plant.ts'
import { simulate } from './simulate.ts'

/** A smaller plan runs differently with the same seed, so this many further seeds are tried for each part left out. */
const SEEDS_PER_PART = 60

/** A smaller plan, and a description of the part that it omits. */
type Reduced<Whole> = readonly [what: string, smaller: Whole]

/**
 * The smallest plan found that still violates the same rule, so that its trace is short. Runs at most `maxSchedules`.
 */
export async function shrink(plan: Plan, plant: Plant, rule: string, maxSchedules = 8_000): Promise<Plan> {
  const essential = new Set<string>()
  let runs = 0
  const firstViolating = async (smaller: Plan): Promise<Plan | null> => {
    for (let offset = 0; offset <= SEEDS_PER_PART && runs < maxSchedules; offset++, runs++) {
      const tried = { ...smaller, seed: smaller.seed + offset }
      const { violation } = await simulate(tried, { plant })
      if (violation?.rule === rule) return tried
    }
    return null
  }
  const withoutOnePart = async (whole: Plan): Promise<Plan | null> => {
    for (const [what, smaller] of smallerPlans(whole)) {
      if (essential.has(what)) continue
      const found = await firstViolating(smaller)
      if (found) return found
      essential.add(what)
    }
    return null
  }
  for (let smallest = plan; ; ) {
    const smaller = await withoutOnePart(smallest)
    if (!smaller) return smallest
    smallest = smaller
  }
}

/** The plan without one of its parts, the largest parts first. */
function* smallerPlans(plan: Plan): Generator<Reduced<Plan>> {
  if (plan.faults.length) yield ['all faults', { ...plan, faults: [] }]
  for (const [index, person] of plan.people.entries())
    if (person.does !== 'sell') yield [person.name, { ...plan, people: plan.people.toSpliced(index, 1) }]
  const half = plan.faults.length >> 1
  if (half) {
    yield [`${half} faults`, { ...plan, faults: plan.faults.slice(half) }]
    yield [`${half} other faults`, { ...plan, faults: plan.faults.slice(0, half) }]
  }
  for (const fault of plan.faults) yield [fault, { ...plan, faults: plan.faults.filter((other) => other !== fault) }]
  for (const context of CONTEXTS)
    if (plan.replicas[context] > 1)
      yield [`replicas of ${context}`, { ...plan, replicas: { ...plan.replicas, [context]: 1 } }]
  if (plan.behind) yield ['a context behind', { ...plan, behind: null }]
  if (plan.storeRestarts) yield ["store's restart", { ...plan, storeRestarts: false }]
  if (plan.laterAfter) yield ['consumers that begin later', { ...plan, laterAfter: 0 }]
  if (!plan.opensCalmly) yield ['faults from the beginning', { ...plan, opensCalmly: true }]
  if (plan.finishes) yield ['the end of the work', { ...plan, finishes: false }]
  for (const [index, person] of plan.people.entries())
    for (const [what, smaller] of smallerPeople(person))
      yield [`${what} of ${person.name}`, { ...plan, people: plan.people.with(index, smaller) }]
  for (const [index, person] of plan.people.entries())
    if (person.does === 'sell' && index > 0) yield [person.name, { ...plan, people: plan.people.toSpliced(index, 1) }]
}

function* smallerPeople(person: Person): Generator<Reduced<Person>> {
  if (person.does === 'order') {
    if (person.door.acts)
      yield [
        `${person.door.acts} acts at the door`,
        { ...person, door: { ...person.door, acts: person.door.acts >> 1 } },
      ]
    for (const [index, wish] of person.wishes.entries()) {
      if (person.wishes.length > 1) yield [`wish ${index}`, { ...person, wishes: person.wishes.toSpliced(index, 1) }]
      for (const [what, smaller] of smallerWishes(wish))
        yield [`${what} of wish ${index}`, { ...person, wishes: person.wishes.with(index, smaller) }]
    }
    return
  }
  if (person.acts) yield [`${person.acts} acts`, { ...person, acts: person.acts >> 1 }]
  if (person.does === 'ride') {
    if (person.fails) yield ['failing', { ...person, fails: 0 }]
    if (person.isOffline) yield ['being offline', { ...person, isOffline: false }]
    return
  }
  if (person.changes) yield [`${person.changes} changes`, { ...person, changes: person.changes >> 1 }]
  if (person.calendars.length) {
    yield ['all calendars', { ...person, calendars: [] }]
    for (const [index, step] of person.calendars.entries()) {
      yield [`calendar ${index}`, { ...person, calendars: person.calendars.toSpliced(index, 1) }]
      if (step.rival)
        yield [`rival ${index}`, { ...person, calendars: person.calendars.with(index, { ...step, rival: null }) }]
    }
  }
  if (person.hesitates) yield ['hesitating', { ...person, hesitates: false }]
  if (person.items.length > 1) yield ['a second item', { ...person, items: person.items.slice(0, 1) }]
}

function* smallerWishes(wish: Wish): Generator<Reduced<Wish>> {
  if (wish.window !== PLAINEST_WINDOW.window || wish.postalCode !== PLAINEST_WINDOW.postalCode)
    yield ['the window', { ...wish, ...PLAINEST_WINDOW }]
  if (wish.twice) yield ['duplicate requests', { ...wish, twice: false }]
  if (wish.cancels !== null) yield ['cancelling', { ...wish, cancels: null }]
  if (wish.tokens.length > 1) yield [`${wish.tokens.length} tokens`, { ...wish, tokens: wish.tokens.slice(0, -1) }]
  if (wish.lines.length > 1) yield ['a second line', { ...wish, lines: wish.lines.slice(0, 1) }]
}
