import { CONTEXTS, type Person, type Plan, type Wish } from './plan.ts'
import type { Plant } from './plant.ts'
import { simulate } from './simulate.ts'

/** Without a part of the plan everything happens differently, so this many other seeds are tried for each part. */
const CHANCES = 60

/** A plan, and the part that it omits. */
type Less<Whole> = readonly [what: string, less: Whole]

/**
 * The smallest plan found that still violates the same rule, so that its trace is short; tries at most this number of
 * schedules.
 */
export async function shrink(plan: Plan, plant: Plant, rule: string, mostRuns = 8_000): Promise<Plan> {
  const needed = new Set<string>()
  let runs = 0
  const breaking = async (smaller: Plan): Promise<Plan | null> => {
    for (let chance = 0; chance <= CHANCES && runs < mostRuns; chance++, runs++) {
      const tried = { ...smaller, seed: smaller.seed + chance }
      const { broken } = await simulate(tried, { plant })
      if (broken?.rule === rule) return tried
    }
    return null
  }
  const oneLess = async (whole: Plan): Promise<Plan | null> => {
    for (const [what, smaller] of smallerThan(whole)) {
      if (needed.has(what)) continue
      const found = await breaking(smaller)
      if (found) return found
      needed.add(what)
    }
    return null
  }
  for (let smallest = plan; ; ) {
    const smaller = await oneLess(smallest)
    if (!smaller) return smallest
    smallest = smaller
  }
}

/** The plan without one of its parts, the largest parts first. */
function* smallerThan(plan: Plan): Generator<Less<Plan>> {
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
  if (!plan.opensCalmly) yield ['faults from the beginning', { ...plan, opensCalmly: true }]
  if (plan.finishes) yield ['the end of the work', { ...plan, finishes: false }]
  for (const [index, person] of plan.people.entries())
    for (const [what, less] of lessOf(person))
      yield [`${what} of ${person.name}`, { ...plan, people: plan.people.with(index, less) }]
  for (const [index, person] of plan.people.entries())
    if (person.does === 'sell' && index > 0) yield [person.name, { ...plan, people: plan.people.toSpliced(index, 1) }]
}

function* lessOf(person: Person): Generator<Less<Person>> {
  if (person.does === 'order') {
    for (const [index, wish] of person.wishes.entries()) {
      if (person.wishes.length > 1) yield [`wish ${index}`, { ...person, wishes: person.wishes.toSpliced(index, 1) }]
      for (const [what, less] of lessWished(wish))
        yield [`${what} of wish ${index}`, { ...person, wishes: person.wishes.with(index, less) }]
    }
    return
  }
  if (person.acts) yield [`${person.acts} acts`, { ...person, acts: person.acts >> 1 }]
  if (person.does === 'ride') return
  if (person.changes) yield [`${person.changes} changes`, { ...person, changes: person.changes >> 1 }]
  if (person.items.length > 1) yield ['a second item', { ...person, items: person.items.slice(0, 1) }]
}

function* lessWished(wish: Wish): Generator<Less<Wish>> {
  if (wish.twice) yield ['asking twice', { ...wish, twice: false }]
  if (wish.cancels !== null) yield ['cancelling', { ...wish, cancels: null }]
  if (wish.tokens.length > 1) yield [`${wish.tokens.length} tokens`, { ...wish, tokens: wish.tokens.slice(0, -1) }]
  if (wish.lines.length > 1) yield ['a second line', { ...wish, lines: wish.lines.slice(0, 1) }]
}
