/** A request that has no answer after this time is made once more; each further one after twice the time of the one before. */
const FIRST_MS = 500

/**
 * Makes a request that changes nothing, and makes it again until one of them is answered; the first answer, or error, counts. While
 * the servers of a cluster elect a stream's leader, nobody answers what was asked meanwhile, not even afterwards: a request would wait
 * for its own deadline although there is a leader again. Servers that are only slow answer all of them, so there are few.
 */
export function askAgain<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  let timer: NodeJS.Timeout
  const ask = (againAfterMs: number) => {
    timer = setTimeout(ask, againAfterMs, 2 * againAfterMs)
    void request().then(resolve, reject)
  }
  ask(FIRST_MS)
  return promise.finally(() => clearTimeout(timer))
}
