import type { CompiledFetch } from '../../router/executor/compile/fetches.ts'
import type { Step } from '../../router/executor/compile/steps.ts'
import type { Json } from '../../router/executor/selection/json.ts'

/** The number of what a subscription's event brings. */
export const EVENT = 0

/** A fetch of a plan, with its number in the text, and whether these values of the variables let it run. */
export type NumberedFetch = { number: number; fetch: CompiledFetch; runs: boolean }

/** The steps of a plan, a line each, and its fetches in the order of these lines. */
export function stepLines(root: Step | null, coerced: Json): { lines: string[]; fetches: NumberedFetch[] } {
  const lines: string[] = []
  const fetches: NumberedFetch[] = []

  const walk = (step: Step | null, depth: number, runs: boolean) => {
    const add = (text: string) => void lines.push(`${'  '.repeat(depth)}${text}`)
    switch (step?.kind) {
      case undefined:
        return
      case 'fetch': {
        const number = fetches.push({ number: fetches.length + 1, fetch: step.fetch, runs })
        return add(`fetch ${number}: ${step.fetch.service}, ${placeOf(step.fetch)}${runs ? '' : ' (does not run)'}`)
      }
      case 'sequence':
      case 'parallel':
        add(step.kind === 'sequence' ? 'one after the other' : 'at once')
        for (const each of step.steps) walk(each, depth + 1, runs)
        return
      case 'condition': {
        const isTrue = coerced[step.variable] === true
        for (const [clause, value] of [
          [step.ifClause, true],
          [step.elseClause, false],
        ] as const) {
          if (!clause) continue
          add(`if $${step.variable} is ${value}`)
          walk(clause, depth + 1, runs && isTrue === value)
        }
      }
    }
  }
  walk(root, 0, true)
  return { lines, fetches }
}

/** What a fetch is for: fields of the response's root, or the entities at a path. */
export const placeOf = ({ path, representation }: CompiledFetch): string => {
  const at = path.length ? `at ${path.join('.')}` : 'at the root'
  return representation ? `entities ${at}` : `fields ${at}`
}
