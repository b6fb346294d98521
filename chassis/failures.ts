import { createHash } from 'node:crypto'
import type { z } from 'zod'

/** An expected failure, as the API answers it: `type` is its GraphQL `__typename` (graphql/common.graphql). */
export type InvalidInput = { type: 'InvalidInput'; message: string; problems: { path: string[]; message: string }[] }
export type NotFound = { type: 'NotFound'; message: string }
export type WrongState = { type: 'WrongState'; message: string; status: string }
export type IdempotencyConflict = { type: 'IdempotencyConflict'; message: string }

/** Says everything that is wrong with an input; `problems` is not empty. */
export function invalidInput(problems: InvalidInput['problems']): InvalidInput {
  const summary = problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ')
  return { type: 'InvalidInput', message: summary, problems }
}

/** Reads an input by a schema that says more than GraphQL's types do (lengths, ranges). */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): { value: z.infer<Schema> } | { failure: InvalidInput } {
  const read = schema.safeParse(input)
  if (read.success) return { value: read.data }
  return { failure: invalidInput(read.error.issues.map(({ path, message }) => ({ path: path.map(String), message }))) }
}

export const notFound = (what: string): NotFound => ({
  type: 'NotFound',
  message: `There is no such ${what}, or it is not yours.`,
})

export const wrongState = (message: string, status: string): WrongState => ({ type: 'WrongState', message, status })

/** What an idempotency key was first used for: the caller's own key, the input's digest, and what came of it. */
export type KeyUse = { id: string; inputDigest: string; resultId: string }

/** The row under which a caller's key is remembered; keys of two callers, or two operations, never meet. */
export const keyUseId = (callerId: string, operation: string, key: string): string =>
  createHash('sha256')
    .update(JSON.stringify([callerId, operation, key]))
    .digest('hex')

/** Two inputs are the same if they say the same, whatever the order of their fields. */
export function digestOf(input: unknown): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted)
    if (typeof value !== 'object' || value === null) return value
    return Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)])
  }
  return createHash('sha256')
    .update(JSON.stringify(sorted(input)))
    .digest('base64url')
}

export const idempotencyConflict: IdempotencyConflict = {
  type: 'IdempotencyConflict',
  message: 'This idempotency key was used before with another input. Use a new key for a new request.',
}
