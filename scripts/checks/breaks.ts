import { readFileSync } from 'node:fs'
import { z } from 'zod'

/**
 * A change of a field's type, or without "to" the removal of an input's field, that is made although apps may break on it: the exception to "Never changed" in docs/app-developers.md.
 * The changelog says what they must do. It is taken out with the release after the one that has it.
 */
const deliberateBreak = z.object({
  path: z.string(),
  from: z.string(),
  to: z.string().optional(),
  why: z.string().min(1),
})
export type DeliberateBreak = z.infer<typeof deliberateBreak>

/** What schema/breaks.json has. */
export function deliberateBreaks(): DeliberateBreak[] {
  const text = readFileSync(new URL('../../schema/breaks.json', import.meta.url), 'utf8')
  return z.array(deliberateBreak).parse(JSON.parse(text))
}
