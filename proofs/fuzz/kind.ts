import type { Random } from '../simulation/random.ts'
import type { Json } from './json.ts'
import type { Answer } from './lab/client.ts'
import type { Lab } from './lab/lab.ts'

/** One way into the system, and its inputs. */
export type Kind<Input extends Json = Json> = {
  name: string
  /** Its share of all inputs. */
  share: number
  /** Errors that may be logged, because they describe the input. */
  expected?: RegExp
  /** A random input; the same for the same random source. */
  create(random: Random): Input
  /** Runs the input in the lab. Returns a description of a wrong outcome, or null. */
  run(input: Input, lab: Lab): Promise<string | null>
}

const EXCERPT = 400

/** The server error (5xx or INTERNAL_SERVER_ERROR) of a response, which no input may cause; null if it has none. */
export function serverErrorOf({ status, text }: Answer): string | null {
  if (status >= 500) return `status ${status}: ${text.slice(0, EXCERPT)}`
  return serverErrorIn(text)
}

/** An excerpt around INTERNAL_SERVER_ERROR in a text; null if it does not contain it. */
export function serverErrorIn(text: string): string | null {
  const at = text.indexOf('INTERNAL_SERVER_ERROR')
  return at < 0 ? null : `a server error: ${text.slice(Math.max(0, at - EXCERPT), at + EXCERPT)}`
}
