/** A request that has no answer after this time is made once more. */
const EVERY_MS = 500

/**
 * Makes a request that changes nothing, and makes it again every half second until one of them is answered; the first answer, or
 * error, counts. While the servers of a cluster elect a stream's leader, nobody answers what was asked meanwhile, not even
 * afterwards: a request would wait for its own deadline although there is a leader again.
 */
export function askAgain<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const ask = () => void request().then(resolve, reject)
  const timer = setInterval(ask, EVERY_MS)
  ask()
  return promise.finally(() => clearInterval(timer))
}
