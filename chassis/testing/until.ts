import { setTimeout as delay } from 'node:timers/promises'

/** Resolves as soon as `check` answers something true; fails with the last answer, or error, after `deadlineMs`. */
export async function until<Answer>(check: () => Answer | Promise<Answer>, deadlineMs = 10_000): Promise<Answer> {
  const deadline = Date.now() + deadlineMs
  for (;;) {
    const answer = await Promise.resolve(check()).catch((error) => {
      if (Date.now() > deadline) throw error
      return false as Answer
    })
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`It did not become true in time; at last: ${JSON.stringify(answer)}`)
    await delay(10)
  }
}
