import type { Planner } from '../../router/fallback/fallback.ts'
import type { OperationRequest } from '../../router/operation.ts'
import { withOwnNames, withoutConditions } from './cures.ts'
import { known } from './known.ts'
import type { Setup } from './setup.ts'
import type { Trial } from './trial.ts'

/** A difference, and the means to look into it. */
export type Question = {
  trial: Trial
  request: OperationRequest
  setup: Setup
  planner: Planner
  /** Asks the same executor something else, in the same world. */
  retry: (request: OperationRequest) => Promise<Trial>
}

/**
 * The known mistake that explains a difference; undefined: none does. Where the operation can be asked in another way that
 * avoids a mistake (`cure`), it explains no more than what is right then.
 */
export async function explanation(question: Question, strict: boolean): Promise<string | undefined> {
  const { trial, request, setup, planner, retry } = question
  const excuses = known.filter(({ ours }) => trial.rival === 'apollo' || (ours === 'open' && !strict))
  const circumstances = { trial, request, setup, plan: planText(planner, request) }
  const plain = excuses.find((one) => one.explains?.(circumstances))
  if (plain) return plain.name

  const schema = setup.supergraph.clientSchema
  const isRight = async (other: OperationRequest) => {
    const { wrong } = await retry(other)
    return wrong.length === 0 || (trial.rival === 'apollo' && `${wrong}` === 'order')
  }
  for (const { name, cure } of excuses) {
    if (cure && (await isRight(cure(request, schema)))) return name
  }
  const both = withOwnNames(withoutConditions(request, schema), schema)
  return excuses.filter(({ cure }) => cure).length > 1 && (await isRight(both))
    ? 'several of those with a cure'
    : undefined
}

/** A request's plan as JSON; empty where the planner throws. */
export function planText(planner: Planner, { document, operationName }: OperationRequest): string {
  try {
    return JSON.stringify(planner(document, operationName), (key, value) =>
      key === 'operationDocumentNode' ? undefined : value,
    )
  } catch {
    return ''
  }
}
