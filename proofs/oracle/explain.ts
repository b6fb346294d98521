import type { FetchNode } from '@apollo/query-planner'
import type { Planner } from '../../router/executor/planning/plan-and-compile.ts'
import { type KnownMistake, knownMistakes } from './known-mistakes.ts'
import { fetchesOf } from './recognise.ts'
import { type OperationRequest, operationOf } from './request.ts'
import type { Setup } from './setup.ts'
import type { Trial } from './trial.ts'
import type { Workaround } from './workarounds.ts'

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
 * The name of the known mistake that explains a difference; undefined if none does. A mistake with a `workaround` explains it only if the operation is answered correctly with that, or as
 * wrongly as another mistake explains.
 */
export async function explanation(difference: UnexplainedDifference, strict: boolean): Promise<string | undefined> {
  const { trial, request, setup, planner, retry } = difference
  const candidates = knownMistakes.filter(({ ours }) => trial.executor === 'apollo' || (ours === 'open' && !strict))
  const recognised = (found: Trial, by: OperationRequest): string | undefined => {
    const fetches = fetchesBy(planner, by, setup)
    const find = (wrong: Trial['wrong']) =>
      candidates.find(({ explains }) => explains?.({ trial: { ...found, wrong }, request: by, setup, fetches }))?.name
    // Another order of keys is a mistake of its own, whatever else is wrong.
    return find(found.wrong) ?? find(found.wrong.filter((kind) => kind !== 'order'))
  }
  const plain = recognised(trial, request)
  if (plain) return plain

  const mended = async (workaround: Workaround) => {
    const other = workaround(request, setup.supergraph.clientSchema)
    const left = await retry(other)
    return left.wrong.length === 0 || recognised(left, other) !== undefined
  }
  const avoidable = candidates.filter(hasWorkaround)
  for (const { name, workaround } of avoidable) if (await mended(workaround)) return name
  const all: Workaround = (operation, schema) =>
    avoidable.reduce((rewritten, { workaround }) => workaround(rewritten, schema), operation)
  return avoidable.length > 1 && (await mended(all)) ? 'several of those with a workaround' : undefined
}

const hasWorkaround = (mistake: KnownMistake): mistake is KnownMistake & { workaround: Workaround } =>
  mistake.workaround !== undefined

function fetchesBy(planner: Planner, request: OperationRequest, { supergraph }: Setup): FetchNode[] {
  try {
    return fetchesOf(planner(operationOf(request, supergraph.clientSchema)))
  } catch {
    return []
  }
}
