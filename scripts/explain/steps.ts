import type { CompiledFetch } from '../../router/executor/compile/fetches.ts'
import type { Step } from '../../router/executor/compile/steps.ts'

/** The number of what a subscription's event brings. */
export const EVENT = 0

/** A fetch of a plan, with its number in the text. */
export type NumberedFetch = { number: number; fetch: CompiledFetch }

/** The steps of a plan, a line each, and its fetches in the order of these lines. */
export function stepLines(root: Step | null): { lines: string[]; fetches: NumberedFetch[] } {
  const lines: string[] = []
  const fetches: NumberedFetch[] = []

  const walk = (step: Step, depth: number) => {
    const add = (text: string) => void lines.push(`${'  '.repeat(depth)}${text}`)
    if (step.kind === 'fetch') {
      const number = fetches.push({ number: fetches.length + 1, fetch: step.fetch })
      return add(`fetch ${number}: ${step.fetch.service}, ${placeOf(step.fetch)}`)
    }
    add(step.kind === 'sequence' ? 'one after the other' : 'at once')
    for (const each of step.steps) walk(each, depth + 1)
  }
  if (root) walk(root, 0)
  return { lines, fetches }
}

/** What a fetch is for: fields of the response's root, or the entities at a path. */
export const placeOf = ({ path, representation }: CompiledFetch): string => {
  const at = path.length ? `at ${path.join('.')}` : 'at the root'
  return representation ? `entities ${at}` : `fields ${at}`
}
