import { z } from 'zod'
import { type InvalidInput, invalidInput } from './failures.ts'

/** Reads an input by a schema that says more than GraphQL's types do (lengths, ranges). */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): { value: z.infer<Schema> } | { failure: InvalidInput } {
  const read = schema.safeParse(input)
  if (read.success) return { value: read.data }
  return { failure: invalidInput(read.error.issues.map(({ path, message }) => ({ path: path.map(String), message }))) }
}

/** What no database keeps and no screen shows: control characters (save tab and line breaks) and half characters. */
const READABLE = /^(?:[^\p{Cc}\p{Cs}]|[\r\n\t])*$/u

/**
 * A text from outside, trimmed and in NFC (what is typed on one machine and searched for on another are then the same
 * letters), at most `most` characters. `what` begins the message, e.g. "The recipient's name".
 */
export const optionalText = (what: string, most: number) =>
  z
    .string()
    .normalize('NFC')
    .trim()
    .max(most, `${what} is too long (at most ${most} characters).`)
    .regex(READABLE, `${what} has characters in it that can't be read.`)

/** A text that must not be empty. */
export const text = (what: string, most: number) => optionalText(what, most).min(1, `${what} is missing.`)

/** A text of one line, such as a name. */
export const line = (what: string, most: number) => text(what, most).regex(/^[^\r\n\t]*$/, `${what} is one line.`)

/** A caller's own key for one request. */
export const idempotencyKey = line('The idempotency key', 255)
