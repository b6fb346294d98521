import { print } from 'graphql'
import { type Answer, answerOf, type Difference, differences, inconsistencies } from './compare.ts'
import type { TestedExecutor } from './executors.ts'
import type { Harness } from './harness.ts'
import type { OperationRequest } from './request.ts'
import type { Faults } from './subgraphs.ts'

/** An executor's answer, and how it is wrong (empty if it is right). */
export type Trial = {
  executor: TestedExecutor['name']
  wrong: (Difference | 'untrue' | 'thrown')[]
  expected: Answer
  answer: Answer
  notes: string[]
}

/** Runs one executor and checks its answer. `expected` is the same for all executors. */
export async function runTrial(
  harness: Harness,
  executor: TestedExecutor,
  request: OperationRequest,
  faults: Faults,
  expected: Answer,
): Promise<Trial> {
  const result = await harness.execute(executor, request, faults).catch((error: Error) => ({ thrown: error.message }))
  if ('thrown' in result) {
    const answer = { data: '', errors: [`threw ${result.thrown}`] }
    return { executor: executor.name, wrong: ['thrown'], expected, answer, notes: [] }
  }
  const answer = answerOf(result)
  const hasFaults = faults.down.length > 0 || faults.corrupt !== undefined || faults.corruptErrors !== undefined
  const notes = hasFaults ? inconsistencies(expected, answer) : []
  const wrong: Trial['wrong'] = hasFaults
    ? notes.length
      ? ['untrue']
      : []
    : differences(expected, answer, executor.name === 'apollo')
  return { executor: executor.name, wrong, expected, answer, notes }
}

/** An operation as text, for trying it again. */
export const textOf = ({ document, variables }: OperationRequest) =>
  `${print(document).replace(/\s+/g, ' ')} ${JSON.stringify(variables)}`
