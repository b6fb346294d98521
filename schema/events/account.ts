import { z } from 'zod'
import { id } from './common.ts'

/** 인증: what the account context says. */
export const accountFacts = {
  /** A person has erased their account. Whoever keeps something personal of theirs erases it. */
  UserErased: z.object({ userId: id }),
}
