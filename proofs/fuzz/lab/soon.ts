const DEADLINE_MS = 10_000

/** Ends as soon as `check` answers something true, looked at every turn: whoever is to do it is in this process. Throws after ten seconds. */
export async function soon<Answer>(check: () => Answer): Promise<Answer> {
  for (const deadline = Date.now() + DEADLINE_MS; Date.now() < deadline; await new Promise(setImmediate)) {
    const answer = check()
    if (answer) return answer
  }
  throw new Error('It did not become true in time.')
}
