import { print } from 'graphql'
import type { OperationRequest } from '../../router/operation.ts'
import { type Answer, answerOf, type Difference, differences, untruths } from './compare.ts'
import type { Rival } from './executors.ts'
import type { Laboratory } from './laboratory.ts'
import type { Weather } from './subgraphs.ts'

/** What one executor answered, and in what it is wrong (empty: in nothing). */
export type Trial = {
  rival: Rival['name']
  wrong: (Difference | 'untrue' | 'thrown')[]
  right: Answer
  answer: Answer
  notes: string[]
}

/** Asks one executor and looks at its answer; `right` need not be worked out again for the next one. */
export async function tryOne(
  lab: Laboratory,
  rival: Rival,
  request: OperationRequest,
  weather: Weather,
  right: Answer,
): Promise<Trial> {
  const result = await lab.ask(rival, request, weather).catch((error: Error) => ({ thrown: error.message }))
  if ('thrown' in result) {
    const answer = { data: '', errors: [`threw ${result.thrown}`] }
    return { rival: rival.name, wrong: ['thrown'], right, answer, notes: [] }
  }
  const answer = answerOf(result)
  const isBad = weather.down.length > 0 || weather.spoil !== undefined
  const notes = isBad ? untruths(right, answer) : []
  const wrong: Trial['wrong'] = isBad ? (notes.length ? ['untrue'] : []) : differences(right, answer)
  return { rival: rival.name, wrong, right, answer, notes }
}

/** An operation as it can be tried again. */
export const textOf = ({ document, variables }: OperationRequest) =>
  `${print(document).replace(/\s+/g, ' ')} ${JSON.stringify(variables)}`
