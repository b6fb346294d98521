/** An expected failure, as the API returns it: `type` is its GraphQL `__typename` (graphql/common.graphql). */
export type InvalidInput = { type: 'InvalidInput'; message: string; problems: InputProblem[] }

/** One problem of an input: where it is, in words for people, and as a code for programs. */
export type InputProblem = { path: string[]; message: string } & CodedProblem

/** The part for programs. The codes about a limit come with it: characters, elements, or the value itself. */
export type CodedProblem = { code: LimitCode; limit: number } | { code: PlainCode; limit?: never }
export type PlainCode = 'REQUIRED' | 'INVALID_CHARACTERS' | 'WRONG_FORMAT' | 'NOT_ALLOWED' | 'NOT_FOUND'
type LimitCode = 'TOO_LONG' | 'TOO_FEW' | 'TOO_MANY' | 'TOO_SMALL' | 'TOO_LARGE'
export type NotFound = { type: 'NotFound'; message: string }
export type WrongState = { type: 'WrongState'; message: string; status: string }
export type IdempotencyConflict = { type: 'IdempotencyConflict'; message: string }

/** `InvalidInput.problems` has no more, as graphql/common.graphql declares. */
const MOST_PROBLEMS = 50

/** The failure that lists the problems of an input, at most 50; `problems` must not be empty. */
export function invalidInput(all: InvalidInput['problems']): InvalidInput {
  const problems = all.slice(0, MOST_PROBLEMS)
  const summary = problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ')
  return { type: 'InvalidInput', message: summary, problems }
}

export const notFound = (what: string): NotFound => ({
  type: 'NotFound',
  message: `There is no such ${what}, or it is not yours.`,
})

export const wrongState = (message: string, status: string): WrongState => ({ type: 'WrongState', message, status })

export const idempotencyConflict: IdempotencyConflict = {
  type: 'IdempotencyConflict',
  message: 'This idempotency key was used before with another input. Use a new key for a new request.',
}
