import { setTimeout as delay } from 'node:timers/promises'

/**
 * For everything that a test waits for, so that no test depends on how fast the machine is: it is reached only by what never
 * comes. Shorter than a test may take (jest.config.js), so that a test that fails says what it waited for.
 */
const DEADLINE_MS = 60_000

/**
 * Polls until `check` answers something true, and answers that. What it throws counts as "not yet". After a minute it
 * fails with `what` was waited for, if that is given, and with the last answer or error.
 */
export async function until<Answer>(
  check: () => Answer | Promise<Answer>,
  what?: string,
): Promise<Exclude<Answer, null | undefined | false>> {
  const deadline = performance.now() + DEADLINE_MS
  for (;;) {
    let seen: unknown
    try {
      const answer = await check()
      // The type can not exclude 0 and '', which are not true either.
      if (answer) return answer as Exclude<Answer, null | undefined | false>
      seen = JSON.stringify(answer)
    } catch (error) {
      seen = error
    }
    if (performance.now() > deadline) {
      throw new Error(`Not within ${DEADLINE_MS / 1_000} s: ${what ?? check}. At last: ${seen}`, { cause: seen })
    }
    await delay(10)
  }
}
