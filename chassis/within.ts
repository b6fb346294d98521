/** The answer if it comes within `ms`; else null, and whatever comes of it later is ignored. Throws as it does, if in time. */
export async function within<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer | null> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer))
}

/** Rejects with the message `why` if `answer` has not settled after `ms`. */
export function rejectAfter<Answer>(ms: number, answer: Promise<Answer>, why = 'does not answer'): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(why)), ms)
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer))
}
