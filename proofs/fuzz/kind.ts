import type { Random } from '../simulation/random.ts'
import type { Json } from './json.ts'
import type { Lab } from './lab/lab.ts'

/** One way into the system, and its inputs. */
export type Kind<Input extends Json = Json> = {
  name: string
  /** Its share of all inputs. */
  share: number
  /** Errors that may be logged, because they describe the input. */
  expected?: RegExp
  /** A random input; the same for the same random source. */
  make(random: Random): Input
  /** Runs the input in the lab. Returns what is wrong with the outcome, or null. */
  run(input: Input, lab: Lab): Promise<string | null>
}
