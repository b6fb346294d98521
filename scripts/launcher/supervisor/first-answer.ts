import { UserError } from '../../user-error.ts'
import { pause } from './pause.ts'

const DEADLINE_MS = 60_000

/** Resolves when a query to the router succeeds; after a minute throws a UserError with its last response. */
export async function firstAnswer(url: string, stopping: AbortSignal): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  for (let last = ''; Date.now() < deadline && !stopping.aborted; await pause(100, stopping)) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ __typename }"}',
        signal: AbortSignal.timeout(5_000),
      })
      last = (await response.text()).slice(0, 500)
      if (last.includes('"__typename":"Query"')) return
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    if (Date.now() + 200 > deadline) throw new UserError(`The router at ${url} does not answer: ${last}`)
  }
}
