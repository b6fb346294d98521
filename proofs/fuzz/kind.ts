import type { Random } from '../simulation/random.ts'
import type { Json } from './json.ts'
import type { Lab } from './lab/lab.ts'

/** One way from outside into the system, and what comes in there. */
export type Kind<Input extends Json = Json> = {
  name: string
  /** How often it has its turn, among all. */
  share: number
  /** What may be logged as an error: it says what was wrong with the input. */
  expected?: RegExp
  /** Makes an input by chance; the same for the same chance. */
  make(random: Random): Input
  /** Feeds it to the lab. Answers what is wrong with what came of it; null: nothing. */
  run(input: Input, lab: Lab): Promise<string | null>
}
