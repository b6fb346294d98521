import { collect, type Part } from '../selection/selections.ts'
import type { Selection } from './output.ts'

/** Fields and fragments, each as often as it has to be looked at: far above what people write, or generators. */
const MOST_LOOKED_AT = 50_000

/**
 * Whether preparing the answer would take too long. Fragments under many different conditions can ask for a field in
 * exponentially many ways; the limit holds for the whole operation, of whatever types its objects will be.
 */
export function isTooLarge({ parts, output }: Selection): boolean {
  const budget = { left: MOST_LOOKED_AT }
  const seen = new Set<string>()
  const numbers = new Map<object, number>()
  const numberOf = (node: object) => {
    const number = numbers.get(node) ?? numbers.size
    numbers.set(node, number)
    return number
  }
  const waiting: (readonly Part[])[] = [parts]
  for (let next = waiting.pop(); next && budget.left > 0; next = waiting.pop()) {
    for (const occurrences of collect(next, output.fragments, output.schema, undefined, budget).values()) {
      const inner = occurrences.flatMap(({ field, when }) =>
        field.selectionSet ? [{ set: field.selectionSet, when }] : [],
      )
      const key = inner.map(({ set, when }) => `${numberOf(set)}${JSON.stringify(when)}`).join()
      if (inner.length === 0 || seen.has(key)) continue
      seen.add(key)
      waiting.push(inner)
    }
  }
  return budget.left <= 0
}
