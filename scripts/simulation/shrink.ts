import { CONTEXTS, type Person, type Plan, type Wish } from './plan.ts'
import type { Plant } from './plant.ts'
import { simulate } from './simulate.ts'

/** With a part of the plan gone all happens otherwise, so other chances are tried too, so many for each smaller plan. */
const CHANCES = 60
/** A plan with as little in it as can be that still breaks the same rule, so that its story is short. */
export async function shrink(plan: Plan, plant: Plant, rule: string, mostRuns = 8_000): Promise<Plan> {
  let runs = 0
  const breaking = async (smaller: Plan): Promise<Plan | null> => {
    for (let chance = 0; chance <= CHANCES && runs < mostRuns; chance++, runs++) {
      const tried = { ...smaller, seed: smaller.seed + chance }
      const { broken } = await simulate(tried, { plant })
      if (broken?.rule === rule) return tried
    }
    return null
  }
  for (let smallest = plan; ; ) {
    let found: Plan | null = null
    for (const smaller of smallerThan(smallest)) {
      found = await breaking(smaller)
      if (found) break
    }
    if (!found) return smallest
    smallest = found
  }
}

/** The plan without one of its parts, the largest parts first. */
function* smallerThan(plan: Plan): Generator<Plan> {
  if (plan.faults.length) yield { ...plan, faults: [] }
  for (const [index, person] of plan.people.entries()) {
    yield { ...plan, people: plan.people.toSpliced(index, 1) }
    for (const less of lessOf(person)) yield { ...plan, people: plan.people.with(index, less) }
  }
  for (const context of CONTEXTS)
    if (plan.replicas[context] > 1) yield { ...plan, replicas: { ...plan.replicas, [context]: 1 } }
  const half = plan.faults.length >> 1
  if (half) {
    yield { ...plan, faults: plan.faults.slice(half) }
    yield { ...plan, faults: plan.faults.slice(0, half) }
  }
  for (const index of plan.faults.keys()) yield { ...plan, faults: plan.faults.toSpliced(index, 1) }
  if (plan.behind) yield { ...plan, behind: null }
  if (!plan.opensCalmly) yield { ...plan, opensCalmly: true }
  if (plan.finishes) yield { ...plan, finishes: false }
}

function* lessOf(person: Person): Generator<Person> {
  if (person.does === 'order') {
    for (const [index, wish] of person.wishes.entries()) {
      if (person.wishes.length > 1) yield { ...person, wishes: person.wishes.toSpliced(index, 1) }
      for (const less of lessWished(wish)) yield { ...person, wishes: person.wishes.with(index, less) }
    }
    return
  }
  if (person.acts) yield { ...person, acts: person.acts >> 1 }
  if (person.does === 'ride') return
  if (person.changes) yield { ...person, changes: person.changes >> 1 }
  if (person.items.length > 1) yield { ...person, items: person.items.slice(0, 1) }
}

function* lessWished(wish: Wish): Generator<Wish> {
  if (wish.twice) yield { ...wish, twice: false }
  if (wish.cancels !== null) yield { ...wish, cancels: null }
  if (wish.tokens.length > 1) yield { ...wish, tokens: wish.tokens.slice(0, -1) }
  if (wish.lines.length > 1) yield { ...wish, lines: wish.lines.slice(0, 1) }
}
