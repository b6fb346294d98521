import { newId } from '../../chassis/ids.ts'
import { type Fact, readFact, type Said } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'

const stamp = stampWith({ now: () => new Date(), newId })

/** A fact as it is delivered, with new ids. */
export const heard = (said: Said): Fact => readFact(stamp(said, newId()).message)
