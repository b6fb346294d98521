/** Rejects if `answer` has not settled after `ms`. */
export function within<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('does not answer')), ms)
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer))
}
