import type { Planner } from '../../router/executor/planning/plan-and-compile.ts'
import { knownMistakes } from './known-mistakes.ts'
import { type OperationRequest, operationOf } from './request.ts'
import type { Setup } from './setup.ts'
import type { Trial } from './trial.ts'
import { withoutConditions, withUniqueAliases } from './workarounds.ts'

/** A difference, and what is needed to examine it. */
export type UnexplainedDifference = {
  trial: Trial
  request: OperationRequest
  setup: Setup
  planner: Planner
  /** Runs another operation with the same executor and world. */
  retry: (request: OperationRequest) => Promise<Trial>
}

/**
 * The name of the known mistake that explains a difference; undefined if none does. A mistake with a `workaround`
 * explains it only if the operation is answered correctly with that.
 */
export async function explanation(difference: UnexplainedDifference, strict: boolean): Promise<string | undefined> {
  const { trial, request, setup, planner, retry } = difference
  const candidates = knownMistakes.filter(({ ours }) => trial.executor === 'apollo' || (ours === 'open' && !strict))
  const circumstances = { trial, request, setup, plan: planJson(setup, planner, request) }
  const plain = candidates.find((one) => one.explains?.(circumstances))
  if (plain) return plain.name

  const schema = setup.supergraph.clientSchema
  const isRight = async (other: OperationRequest) => {
    const { wrong } = await retry(other)
    return wrong.length === 0 || (trial.executor === 'apollo' && `${wrong}` === 'order')
  }
  for (const { name, workaround } of candidates) {
    if (workaround && (await isRight(workaround(request, schema)))) return name
  }
  const both = withUniqueAliases(withoutConditions(request, schema), schema)
  return candidates.filter(({ workaround }) => workaround).length > 1 && (await isRight(both))
    ? 'several of those with a workaround'
    : undefined
}

/** The plan as JSON; empty if the planner throws. */
function planJson({ supergraph }: Setup, planner: Planner, request: OperationRequest): string {
  try {
    return JSON.stringify(planner(operationOf(request, supergraph.clientSchema)), (key, value) =>
      key === 'operationDocumentNode' ? undefined : value,
    )
  } catch {
    return ''
  }
}
