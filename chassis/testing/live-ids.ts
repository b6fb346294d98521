import type { LiveIds } from '../live-ids.ts'

/** For tests whose ids are no UUIDs. */
export const UNTRANSLATED: LiveIds = {
  subject: (own) => own,
  message: (own) => own,
  ownPattern: (pattern) => pattern,
}
