import { hash } from 'node:crypto'
import { print } from 'graphql'
import type { Operation } from '../operation.ts'

const texts = new WeakMap<Operation, string>()
const digests = new WeakMap<Operation, string>()

/**
 * The text of an operation's normal form, with every fragment in its place. It is kept as long as the operation. What is kept
 * of an operation takes memory in proportion to this, not to what the client sent: a short text may spread its fragments
 * hundreds of times.
 */
export function textOf(operation: Operation): string {
  const known = texts.get(operation)
  if (known !== undefined) return known
  const text = print(operation)
  texts.set(operation, text)
  return text
}

/** A hash of that text. */
export function digestOf(operation: Operation): string {
  const known = digests.get(operation)
  if (known !== undefined) return known
  const digest = hash('sha256', textOf(operation), 'base64url')
  digests.set(operation, digest)
  return digest
}
