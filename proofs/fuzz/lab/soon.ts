const DEADLINE_MS = 10_000

/** Polls every turn of the event loop until `check` returns something true. Throws after ten seconds. */
export async function soon<Answer>(check: () => Answer): Promise<Answer> {
  for (const deadline = Date.now() + DEADLINE_MS; Date.now() < deadline; await new Promise(setImmediate)) {
    const answer = check()
    if (answer) return answer
  }
  throw new Error('It did not become true in time.')
}
